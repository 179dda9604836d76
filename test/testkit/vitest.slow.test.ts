import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import { failureOf } from './failure-of.ts';
import { runVitest, type TestResult } from './test-run.ts';

describe('matchers on a client', () => {
  test('hold, and with `not` the contrary', async ({ sim }) => {
    const [bob, dave] = await Promise.all([sim.connect('bob'), sim.connect('dave')]);
    await sim.publish({ from: 'alice', to: 'bob' });
    await expect(bob).toHaveReceived({ fromUserId: 'alice' });
    await expect(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
    await expect(bob).not.toHaveReceivedNothing();
    await expect(dave).toHaveReceivedNothing();
    await expect(dave).not.toHaveReceived({ fromUserId: 'alice' });
  });

  test('say what expectClient says', async ({ sim }) => {
    const bob = await sim.connect('bob');
    expect(await failureOf(() => expect(bob).toHaveReceived({ fromUserId: 'alice' }))).toBe(
      `"bob" did not receive {"fromUserId":"alice"}.
It received nothing at all.
Nothing at all was published in the app (App-Key "${sim.appKey}").`,
    );
  });
});

describe('matchers on a report', () => {
  test('hold, and with `not` the contrary', async ({ sim }) => {
    await sim.connect('bob');
    const report = await sim.publish({ from: 'bob', to: ['bob', 'carol'] });
    expect(report).toHaveDelivered('bob', 1);
    expect(report).toHaveDropped('carol', 'offline');
    expect(report).not.toHaveDropped('bob');
    expect(report).not.toHaveEchoed();
  });

  test('say what expectReport says', async ({ sim }) => {
    const report = await sim.publish({ from: 'alice', to: 'carol' });
    expect(() => expect(report).toHaveDelivered('carol')).toThrow(
      'The message was not delivered to "carol". The report:\n  "carol" does not get it: offline',
    );
  });
});

describe('the fixture', () => {
  const apps: { url: string; appKey: string }[] = [];

  test.for([1, 2])('gives test %i an app of its own in the one simulator', (_, { sim }) => {
    apps.push(sim);
    expect(new Set(apps.map(({ url }) => url)).size).toBe(1);
    expect(new Set(apps.map(({ appKey }) => appKey)).size).toBe(apps.length);
  });
});

describe('at the end of a test', () => {
  let results: TestResult[];
  const failures = (title: string) => results.find((result) => result.title === title)!.failures;

  beforeAll(async () => {
    results = await runVitest(join(import.meta.dirname, 'failing'));
  }, 60_000);

  it('the fixture closes the clients that it connected', () => {
    expect(failures('leaves a client of sim.connect() open')).toEqual([]);
  });

  it('a leaked client fails the test, and its user is named', () => {
    expect(failures('leaves a client of its own open')).toContain(
      'AssertionError [ERR_ASSERTION]: Still open at the end: 1 session that sim.connect() did not open, of "bob". Close what a test opens itself.',
    );
  });

  it('assertQuiet fails the test for a message that nobody looked at', () => {
    expect(failures('looks at nothing')).toContain(
      'AssertionError [ERR_ASSERTION]: 1 message was received and never looked at:\n  "bob": RC:TxtMsg from "alice": {"content":"hello"}',
    );
  });

  it('assertQuiet passes a test that looked at all', () => {
    expect(failures('looks at all')).toEqual([]);
  });

  it('assertQuiet does not add to another failure', () => {
    expect(failures('fails, and looks at nothing')).toEqual(['Error: the test’s own failure']);
  });
});
