import { configDefaults, defineConfig } from 'vitest/config';
import { withoutRedis } from './test/fixtures/redis-server.ts';

/** What a simulator does must not depend on how many nodes it is made of: these run on three, too. */
const scenarios = 'test/scenarios/**/*.test.ts';
/** What wants processes of its own, a browser, an engine or much time. `npm test` leaves it out. */
const slow = 'test/**/*.slow.test.ts';

/** About what one process may hold, or about simulators that a test starts for itself. */
const ofOneProcess = ['as-new', 'bounds', 'reproducible'].map((name) => `test/scenarios/${name}.test.ts`);

/** The files of a worker share what they import, and a simulator. */
const shared = { isolate: false, restoreMocks: true };

const onThreeNodes = (name: string, joinedBy: string, groupOrder: number, more = {}) => ({
  extends: true as const,
  test: {
    name,
    include: [scenarios],
    exclude: [...configDefaults.exclude, slow, ...ofOneProcess],
    env: { STATUS_SIM_TEST_CLUSTER: joinedBy },
    sequence: { groupOrder },
    ...shared,
    ...more,
  },
});

export default defineConfig({
  test: {
    reporters: ['default', './test/fixtures/run-summary.ts'],
    sequence: { shuffle: true },
    // Ends a test that hangs. No test comes near it, however busy the machine is.
    testTimeout: 120_000,
    hookTimeout: 120_000,
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
          exclude: [...configDefaults.exclude, slow],
          ...shared,
        },
      },
      // What a client sees must not depend on whether its connection leaves the process, as those of the kit do not.
      {
        extends: true,
        test: {
          name: 'slow, in process',
          include: ['test/{gateway,faults}/**/*.test.ts', 'test/scenarios/delivery.test.ts'],
          exclude: [...configDefaults.exclude, slow, 'test/gateway/fast-frames/**'], // for sockets of the system alone
          env: { STATUS_SIM_TEST_CONNECTION: 'in-process' },
          sequence: { groupOrder: 1 },
          ...shared,
        },
      },
      onThreeNodes('three nodes', 'in-process', 1),
      {
        extends: true,
        test: {
          name: 'slow',
          include: [slow],
          globalSetup: 'test/fixtures/build.ts',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
      ...(withoutRedis
        ? []
        : [
            onThreeNodes('slow, three nodes over Redis', 'redis', 3, {
              globalSetup: 'test/fixtures/shared-redis.ts',
            }),
          ]),
    ],
  },
});
