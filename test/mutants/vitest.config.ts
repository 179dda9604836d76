import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/mutants/start.ts'],
    runner: 'test/mutants/runner.ts',
    isolate: false,
    restoreMocks: true,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['dot'],
  },
});
