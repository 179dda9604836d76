import { it } from 'vitest';
import { StatusPublisher } from '../../client-sim/index.ts';
import { Hints } from '../../client-sim/testkit/hints.ts';
import { createSimApp, expectClient, expectReport, startTestSim } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import { failureOf } from './failure-of.ts';

const report = () => ({ recipients: [], echo: { outcome: 'not-requested' as const } });
const bobIn = (appKey: string) => `"bob" is offline in app "mykey"; online in app "${appKey}".`;
const spelling = 'The parameter touserid is not known and was ignored. Did you mean toUserId?';

function hintsWith(...events: [appKey: string, ...hints: string[]][]): Hints {
  const hints = new Hints();
  hints.ofTests.add('test-1').add('test-2');
  for (const [appKey, ...texts] of events) hints.add({ appKey, report: report(), hints: texts });
  return hints;
}

it('a hint in the test’s own app is kept, and told once', () => {
  const hints = hintsWith(['test-1', spelling], ['test-1', spelling], ['test-2', spelling]);
  expect(hints.about('bob', 'test-1')).toEqual([spelling]);
});

it('a publish elsewhere is told of when it was for a user who is online here', () => {
  const hints = hintsWith(['mykey', bobIn('test-1'), spelling]);
  expect(hints.about('bob', 'test-1')).toEqual([bobIn('test-1')]);
  expect(hints.about('bo', 'test-1')).toEqual([]);
  expect(hints.about('bob', 'test-2')).toEqual([]);
});

it('tests that run side by side do not hint at each other', () => {
  expect(hintsWith(['test-1', bobIn('test-2')]).about('bob', 'test-1')).toEqual([]);
  expect(hintsWith(['test-1', bobIn('mykey')]).about('bob', 'test-1')).toEqual([bobIn('mykey')]);
});

it('the latest hundred are kept, of which ten are told', () => {
  const events = (appKey: string, count: number) => {
    return Array.from({ length: count }, (_, index): [string, string] => [appKey, `hint ${index}`]);
  };
  const told = (hints: Hints) => hints.about('bob', 'test-1').length;
  expect(told(hintsWith(...events('test-1', 11)))).toBe(10);
  expect(told(hintsWith(...events('test-1', 5), ...events('test-2', 96)))).toBe(4);
});

it('the hints on a publish go with its report', () => {
  const [one, other] = [report(), report()];
  const hints = new Hints();
  hints.add({ appKey: 'test-1', report: one, hints: [spelling] });
  hints.add({ appKey: 'test-1', report: other });
  expect([Hints.on(one), Hints.on(other)]).toEqual([[spelling], []]);
});

test('a back end with another App-Key is found out', async () => {
  await using sim = await startTestSim();
  const bob = await sim.connect('bob');
  const backEnd = new StatusPublisher({ url: sim.url, appKey: 'mykey' });
  await backEnd.publish({ fromUserId: 'alice', toUserId: 'bob', objectName: 'my:ping', content: 'x' });
  expect(await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }))).toBe(
    `"bob" did not receive {"fromUserId":"alice"}.
It received nothing at all.
Nothing at all was published in the app (App-Key "default").
"bob" is offline in app "mykey"; online in app "default".`,
  );
});

test('an id in another case is found out, about a client and about a report', async ({ sim }) => {
  const bob = await sim.connect('bob');
  const report = await sim.publish({ from: 'alice', to: 'Bob' });
  const hint = `\n"Bob" is offline in app "${sim.appKey}"; "bob" is online, and differs in case.`;
  const aboutClient = await failureOf(() => expectClient(bob).toHaveReceived({}));
  const aboutReport = await failureOf(() => expectReport(report).toHaveDelivered('Bob'));
  expect([aboutClient, aboutReport]).toEqual([expect.stringContaining(hint), expect.stringContaining(hint)]);
});

test('a user who is online in the app of another test is none', async ({ sim, simulator }) => {
  await using other = createSimApp(simulator);
  await other.connect('bob');
  await sim.publish({ from: 'alice', to: 'bob' });
  const bob = await sim.connect('bob');
  expect(await failureOf(() => expectClient(bob).toHaveReceived({}))).not.toContain('online in app');
});
