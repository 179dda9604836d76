import { defineConfig } from 'vitest/config';

/** For tests that are run by another test, which looks at how they fail. */
export default defineConfig({ test: { include: ['*.case.ts'] } });
