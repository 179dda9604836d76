import { expect, it } from 'vitest';
import { Backlog } from '../../client-sim/backlog.ts';

function backlogOf(length: number): Backlog<number> {
  const backlog = new Backlog<number>();
  for (let entry = 0; entry < length; entry++) backlog.push(entry);
  return backlog;
}

it.each([3, 5000])('of %i entries the oldest leaves', (length) => {
  const backlog = backlogOf(length);
  const left = backlog.shift();
  expect([left, backlog.first, backlog.length, backlog.entries.length]).toEqual([
    0,
    1,
    length - 1,
    length - 1,
  ]);
});

it('an empty one has nothing to leave', () => {
  const backlog = backlogOf(1);
  const left = [backlog.shift(), backlog.shift(), backlog.take(() => true)];
  expect([left, backlog.first, backlog.length]).toEqual([[0, undefined, undefined], undefined, 0]);
});

it('the oldest that is wanted is taken out', () => {
  const backlog = backlogOf(5000);
  backlog.shift();
  const taken = backlog.take((entry) => entry % 10 === 0);
  expect([taken, backlog.entries.slice(8, 11)]).toEqual([10, [9, 11, 12]]);
});

it('nothing is taken out when nothing is wanted', () => {
  const backlog = backlogOf(2);
  expect([backlog.take(() => false), backlog.entries]).toEqual([undefined, [0, 1]]);
});

it('its entries may be asked for while one is looked for', () => {
  const backlog = backlogOf(5000);
  backlog.shift();
  const taken = backlog.take((entry) => backlog.entries.length > 0 && entry === 7);
  expect([taken, backlog.entries.slice(5, 7)]).toEqual([7, [6, 8]]);
});

it('its entries are a live list', () => {
  const backlog = backlogOf(2);
  const { entries } = backlog;
  backlog.push(2);
  backlog.shift();
  expect(entries).toEqual([1, 2]);
});

it('a long one is emptied without moving all of it each time', () => {
  const length = 100_000;
  const backlog = backlogOf(length);
  const entries = backlog.entries as number[];
  let moved = 0;
  for (const move of ['shift', 'splice'] as const) {
    const original = entries[move] as (...args: unknown[]) => unknown;
    const counting = (...args: unknown[]) => {
      moved += entries.length;
      return original.apply(entries, args);
    };
    Object.assign(entries, { [move]: counting });
  }
  while (backlog.length > 0) backlog.take(() => true);
  expect(moved).toBeLessThan(200 * length);
});
