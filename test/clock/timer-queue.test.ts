import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Timer, TimerQueue } from '../../server/clock/timer-queue.ts';
import { holds } from '../fixtures/property.ts';

/** A queue of timers with these times, named after the order in which they were set. */
function queueOf(...dueAts: number[]) {
  const queue = new TimerQueue();
  const timers = dueAts.map((dueAt) => ({ dueAt, callback: () => {} }) as Timer);
  for (const timer of timers) queue.add(timer);
  return { queue, timers };
}

/** The times of all that are due, as they are taken. */
function takeAll(queue: TimerQueue, now: number): number[] {
  const taken: number[] = [];
  for (let timer = queue.takeDue(now); timer; timer = queue.takeDue(now)) taken.push(timer.dueAt);
  return taken;
}

const rows = [
  { title: 'an empty queue gives nothing', dueAts: [], now: 100, taken: [] },
  { title: 'a timer is due at its instant', dueAts: [5], now: 5, taken: [5] },
  { title: 'a timer is not due before its instant', dueAts: [5], now: 4, taken: [] },
  { title: 'the earlier goes first, though set later', dueAts: [9, 3, 6], now: 10, taken: [3, 6, 9] },
  { title: 'what is not due stays', dueAts: [9, 3, 6], now: 6, taken: [3, 6] },
  { title: 'a time of long ago is due', dueAts: [5, -5], now: 0, taken: [-5] },
];

it.for(rows)('$title', ({ dueAts, now, taken }) => {
  expect(takeAll(queueOf(...dueAts).queue, now)).toEqual(taken);
});

it('timers of one instant go in the order in which they were set', () => {
  const { queue, timers } = queueOf(5, 5, 5, 5, 5);
  const taken = timers.map(() => queue.takeDue(5));
  expect(taken.map((timer) => timers.indexOf(timer!))).toEqual([0, 1, 2, 3, 4]);
});

describe('a timer that is cancelled', () => {
  it('is not taken', () => {
    const { queue, timers } = queueOf(1, 2, 3);
    queue.cancel(timers[1]!);
    expect(takeAll(queue, 3)).toEqual([1, 3]);
  });

  it('is not the next one', () => {
    const { queue, timers } = queueOf(1, 2);
    queue.cancel(timers[0]!);
    expect(queue.peek()).toBe(timers[1]);
  });

  it('leaves the others in order, however many are cancelled', () => {
    const queue = new TimerQueue();
    const kept: number[] = [];
    for (let index = 0; index < 10_000; index++) {
      const timer: Timer = { dueAt: (index * 7919) % 10_007, callback: () => {} };
      queue.add(timer);
      if (index % 100 === 0) kept.push(timer.dueAt);
      else queue.cancel(timer);
    }
    expect(takeAll(queue, 10_007)).toEqual(kept.sort((a, b) => a - b));
  });

  it('B6.8 a cancelled timer leaves nothing behind', () => {
    const { queue, timers } = queueOf(1);
    queue.cancel(timers[0]!);
    expect(queue.peek()).toBeUndefined();
  });
});

it('looking at the next one does not take it', () => {
  const { queue, timers } = queueOf(1);
  expect([queue.peek(), queue.peek()]).toEqual([timers[0], timers[0]]);
});

it('any timers, some of them cancelled, come out as a stable sort of the rest', () => {
  const anyTimers = fc.array(fc.record({ dueAt: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }));
  holds(
    fc.property(anyTimers, (wanted) => {
      const { queue, timers } = queueOf(...wanted.map(({ dueAt }) => dueAt));
      for (const [index, { cancelled }] of wanted.entries()) {
        if (cancelled) timers[index]!.callback = undefined;
      }
      const left = timers.filter(({ callback }) => callback);
      const taken = left.map(() => queue.takeDue(20));
      expect(taken).toEqual(left.toSorted((a, b) => a.dueAt - b.dueAt));
      expect(queue.peek()).toBeUndefined();
    }),
  );
});
