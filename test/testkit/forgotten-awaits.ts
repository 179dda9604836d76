import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runJest, runNodeTest, runVitest, type TestResult } from './test-run.ts';

/** Every assertion about a client: where it would hold, and where it would not. bob has a message from alice. */
const assertions = ['expect(bob)', 'expectClient(bob)'].flatMap((expectation) => {
  return [expectation, `${expectation}.not`].flatMap((subject) => [
    `${subject}.toHaveReceived({ fromUserId: 'alice' })`,
    `${subject}.toHaveReceived({ fromUserId: 'dave' })`,
    `${subject}.toHaveReceivedOnce({ fromUserId: 'alice' })`,
    `${subject}.toHaveReceivedOnce({ fromUserId: 'dave' })`,
    `${subject}.toHaveReceivedNothing()`,
  ]);
});
assertions.push('expectNone(bob)', "expectNone(bob, { fromUserId: 'dave' })");

/** How a runner's tests look, and how they are run. `entry` finds what a test imports. */
interface Runner {
  preamble: (entry: (name: string) => string) => string;
  /** The head of a test that has a `sim`. */
  head: (title: string) => string;
  hasMatchers: boolean;
  run: (folder: string, file: string) => Promise<TestResult[]>;
}

export const runners = {
  vitest: {
    preamble: (entry) => `import { expect, test } from '${entry('testkit/vitest')}';`,
    head: (title) => `test('${title}', async ({ sim }) => {`,
    hasMatchers: true,
    run: (folder) => runVitest(folder),
  },
  'vitest of the folder': {
    preamble: (entry) => `import { expect, test } from '${entry('testkit/vitest')}';`,
    head: (title) => `test('${title}', async ({ sim }) => {`,
    hasMatchers: true,
    run: (folder) => runVitest(folder, join(folder, 'node_modules')),
  },
  jest: {
    preamble: (entry) => `import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { matchers, startTestSim } from '${entry('testkit')}';
expect.extend(matchers);
let sim;
beforeEach(async () => { sim = await startTestSim(); });
afterEach(() => sim.close());`,
    head: (title) => `test('${title}', async () => {`,
    hasMatchers: true,
    run: (folder) => runJest(folder),
  },
  'node:test': {
    preamble: (entry) => `import { test } from 'node:test';
import { startTestSim } from '${entry('testkit')}';`,
    head: (title) => `test('${title}', async (t) => {
  const sim = await startTestSim();
  t.after(() => sim.close());`,
    hasMatchers: false,
    run: (_, file) => runNodeTest(file),
  },
} satisfies Record<string, Runner>;

/** One line for each assertion: what fails, where, and whether the innocent test after it passes. */
export interface Table {
  expected: string[];
  actual: string[];
}

/** Writes a test that forgets to await, for each assertion, into a folder, and runs them. */
export async function forgetAwaits(
  { preamble, head, hasMatchers, run }: Runner,
  folder: string,
  entry: (name: string) => string,
): Promise<Table> {
  const forgotten = assertions.filter((assertion) => hasMatchers || !assertion.startsWith('expect('));
  const lines = [preamble(entry), `import { expectClient, expectNone } from '${entry('testkit')}';`];
  const expected = forgotten.map((assertion) => {
    lines.push(head(`guilty of ${assertion}`.replaceAll("'", '"')), `const bob = await sim.connect('bob');`);
    lines.push(`await sim.publish({ from: 'alice', to: 'bob' });`, `${assertion};`, '});');
    const line = lines.join('\n').split('\n').length - 1;
    lines.push(head(`after ${assertion}`.replaceAll("'", '"')), `await sim.connect('carol');`, '});');
    const spelling = /^\w+/.exec(assertion)![0];
    return `${assertion} at ${name}:${line}: An assertion about "bob" was not awaited: write "await ${spelling}(bob)…". Then passed.`;
  });
  writeFileSync(join(folder, name), lines.join('\n'));
  const results = await run(folder, join(folder, name));
  const find = (title: string) => results.find((result) => result.title === title.replaceAll("'", '"'));
  const actual = forgotten.map((assertion) => {
    const [guilty, next] = [find(`guilty of ${assertion}`), find(`after ${assertion}`)];
    const failures = guilty?.failures.join('\n');
    return `${assertion} at ${guilty?.line}: ${/An assertion .*\.$/m.exec(failures ?? '') ?? failures} Then ${next?.status}.`;
  });
  return { expected, actual };
}

const name = 'forgotten.test.mjs';
