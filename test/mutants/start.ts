import { it } from 'vitest';

// Vitest wants one before it starts a runner: `runner.ts` runs what the mutants have to get past.
it('has run the mutants', () => {});
