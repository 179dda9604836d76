import { type Assertion, test as base, expect, type TestAPI } from 'vitest';
import type { DeliveryReport } from '../../server/core/delivery-report.ts';
import { type Simulator, startSimulator } from '../../server/index.ts';
import type { SimClient } from '../client.ts';
import type { ClientAssertions } from './expect-client.ts';
import type { ReportAssertions } from './expect-report.ts';
import { type Explored, type ExploreOptions, explore } from './explore.ts';
import { matchers } from './matchers.ts';
import type { Scenario } from './order-run.ts';
import { inRealTicks } from './real-ticks.ts';
import type { SimApp } from './sim-app.ts';
import { createSimApp } from './start-test-sim.ts';

// On `ExpectStatic`, because vitest 4 and 5 declare `Matchers` with different type parameters.
declare module 'vitest' {
  interface ExpectStatic {
    (client: SimClient, message?: string): ClientAssertions & Assertion;
    (report: DeliveryReport, message?: string): ReportAssertions & Assertion;
  }
}

/** What a test can ask for. */
export interface SimFixtures {
  /** The test's own app. Its clients are closed at the end; other clients left open fail the test. */
  sim: SimApp;
  /** Runs a scenario in every order of its steps. A failure begins with the name of the test. */
  explore: (scenario: Scenario, options?: ExploreOptions) => Promise<Explored>;
  /** Whether messages that nobody looked at fail a passing test. Default: false; set it with `test.extend`. */
  assertQuiet: boolean;
  /** The simulator that all tests of a worker share. */
  simulator: Simulator;
}

expect.extend(matchers);

/** vitest's `expect` with the matchers. */
export { expect };

/** vitest's `test` with `sim` and `explore`. */
export const test: TestAPI<SimFixtures> = base.extend<SimFixtures>({
  assertQuiet: false,
  simulator: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest parses the pattern to see what a fixture needs
    async ({}, use) => {
      const simulator = await inRealTicks(startSimulator);
      await use(simulator);
      await inRealTicks(() => simulator.close());
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
