import { expect, it } from 'vitest';
import { History, maxEntries } from '../../client-sim/web/history.js';
import { publish } from './events.ts';

/** A history of so many publishes, one in each millisecond. */
function historyOf(count: number) {
  const history = new History();
  for (let time = 1; time <= count; time++) history.add(publish({ bob: 'delivered' }), time);
  return history;
}

it('the oldest events leave, and are counted', () => {
  const history = historyOf(10_000);
  expect(history.entries.length).toBeLessThan(maxEntries + 50);
  expect(history.forgotten + history.entries.length).toBe(10_000);
});

it('what they have led to stays', () => {
  const history = historyOf(10_000);
  expect(history.now.publishes).toBe(10_000);
  expect(history.base.publishes).toBe(history.forgotten);
  expect(history.after(0).publishes).toBe(history.forgotten);
  expect(history.after(123).publishes).toBe(history.forgotten + 123);
});

it('an instant has all events up to it', () => {
  const history = historyOf(100);
  expect([0, 0.5, 1, 42, 99.5, 1000].map((time) => history.countUntil(time))).toEqual([0, 0, 1, 42, 99, 100]);
});

it('an event that is told late counts as told now', () => {
  const history = historyOf(100);
  expect(history.add(publish({ bob: 'offline' }), 90).time).toBe(100);
});

it('when the clock is set back, what was before is of another time', () => {
  const history = historyOf(5000);
  history.add(publish({ bob: 'offline' }), 10);
  expect(history.entries.map(({ time }) => time)).toEqual([10]);
  expect(history.now.publishes).toBe(5001);
});
