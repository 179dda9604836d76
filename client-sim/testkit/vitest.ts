import { type Assertion, test as base, expect, type TestAPI } from 'vitest';
import type { DeliveryReport } from '../../server/core/delivery-report.ts';
import { type Simulator, startSimulator } from '../../server/index.ts';
import type { SimClient } from '../client.ts';
import type { ClientAssertions } from './expect-client.ts';
import type { ReportAssertions } from './expect-report.ts';
import { type Explored, type ExploreOptions, explore } from './explore.ts';
import { matchers } from './matchers.ts';
import type { Scenario } from './order-run.ts';
import type { SimApp } from './sim-app.ts';
import { createSimApp } from './start-test-sim.ts';

// `ExpectStatic`, for vitest 4 and 5 declare `Matchers` with type parameters that no one declaration can match.
declare module 'vitest' {
  interface ExpectStatic {
    (client: SimClient, message?: string): ClientAssertions & Assertion;
    (report: DeliveryReport, message?: string): ReportAssertions & Assertion;
  }
}

/** What a test can ask for by name. */
export interface SimFixtures {
  /** An app of the test's own; its clients are closed at the end, and clients of others that are left open fail it. */
  sim: SimApp;
  /** Runs a scenario in every order of its steps. A failure begins with the name of the test. */
  explore: (scenario: Scenario, options?: ExploreOptions) => Promise<Explored>;
  /** Fail a test that passed but did not look at all that its clients received. Off: `test.extend` switches it on. */
  assertQuiet: boolean;
  /** The simulator that the tests of a worker share, each with an app of its own. */
  simulator: Simulator;
}

expect.extend(matchers);

/** vitest's own, with the matchers. */
export { expect };

/** vitest's own, with `sim` and `explore`. */
export const test: TestAPI<SimFixtures> = base.extend<SimFixtures>({
  assertQuiet: false,
  simulator: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const simulator = await startSimulator();
      await use(simulator);
      await simulator.close();
    },
    { scope: 'worker' },
  ],
  explore: async ({ task }, use) => {
    await use((scenario, options) => explore(scenario, options, task.name));
  },
  sim: async ({ simulator, assertQuiet, task }, use) => {
    const sim = createSimApp(simulator);
    await use(sim);
    try {
      if (assertQuiet && task.result?.state !== 'fail') await sim.assertQuiet();
    } finally {
      await sim.close();
    }
  },
});
