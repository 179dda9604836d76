import { expect, it } from 'vitest';
import { type Certainty, Stay } from '../../../client-sim/swarm/stay.ts';

/** Connects at 10, is online at 20, leaves at 30, and is gone at 40. */
function wholeStay(): Stay {
  const stay = new Stay(10);
  stay.online(20);
  stay.leave(30);
  stay.gone(40, true);
  return stay;
}

const intervals: [from: number, to: number, certainty: Certainty][] = [
  [1, 9, 'offline'],
  [1, 11, 'changing'],
  [11, 19, 'changing'],
  [19, 21, 'changing'],
  [21, 29, 'online'],
  [29, 31, 'changing'],
  [31, 39, 'changing'],
  [39, 41, 'changing'],
  [41, 50, 'offline'],
  [1, 50, 'changing'],
  [21, Number.POSITIVE_INFINITY, 'changing'],
];

it.for(intervals)(
  'from %d to %d a client that came and left knows that it was %s',
  ([from, to, certainty]) => {
    expect(wholeStay().during(from, to)).toBe(certainty);
  },
);

it('a client that is still online knows it', () => {
  const stay = new Stay(10);
  stay.online(20);
  expect(stay.during(21, 99)).toBe('online');
});

it('a session that was cut is certain up to its last proof only', () => {
  const stay = new Stay(10);
  stay.online(20);
  stay.proven(25);
  stay.gone(40, false);
  expect([stay.during(21, 24), stay.during(21, 26)]).toEqual(['online', 'changing']);
});

it('a session that was cut before any proof is never certain', () => {
  const stay = new Stay(10);
  stay.online(20);
  stay.gone(40, false);
  expect(stay.during(21, 22)).toBe('changing');
});
