import { configDefaults, defineConfig } from 'vitest/config';

/**
 * The tests of `server/core/` that its mutants have to get past. Not the laws: they take thousands of histories each
 * time, and for hundreds of mutants that takes hours.
 */
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts', 'test/client-sim/{explain,hints,recipient-hints}.test.ts'],
    exclude: [...configDefaults.exclude, '**/*-law.test.ts'],
    testTimeout: 20_000,
  },
});
