import { configDefaults, defineConfig } from 'vitest/config';
import { withoutRedis } from './test/fixtures/redis-server.ts';

/** What a simulator does must not depend on how many nodes it is made of: these run on three, too. */
const scenarios = 'test/scenarios/**/*.test.ts';

/** About what one process may hold; or, the last two, about simulators that a test starts for itself. */
const ofOneProcess = ['bounds', 'slow-clients', 'nothing-retained', 'killed-server', 'reproducible'];

const onThreeNodes = (joinedBy: string, more = {}) => ({
  extends: true as const,
  test: {
    name: `three nodes, ${joinedBy}`,
    include: [scenarios],
    exclude: [...configDefaults.exclude, ...ofOneProcess.map((name) => `test/scenarios/${name}.test.ts`)],
    env: { STATUS_SIM_TEST_CLUSTER: joinedBy },
    ...more,
  },
});

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    testTimeout: 20_000,
    // Most of them wait for other processes: a core left idle for the runner would stay so.
    maxWorkers: '100%',
    coverage: {
      include: ['server/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 95, branches: 95 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'one node',
          include: ['test/**/*.test.ts'],
          globalSetup: 'test/fixtures/build.ts',
        },
      },
      onThreeNodes('in-process'),
      ...(withoutRedis ? [] : [onThreeNodes('redis', { globalSetup: 'test/fixtures/shared-redis.ts' })]),
    ],
  },
});
