import { expect, it } from 'vitest';
import { Hints } from '../../client-sim/testkit/hints.ts';

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
