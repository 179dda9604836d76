import { expect, it } from 'vitest';
import { RateWindow } from '../../server/core/rate-window.ts';

const minuteMs = 60_000;

/** A window of a minute, and a clock that moves only by hand. */
function windowOf(limit: number) {
  const time = { ms: 1_795_000_000_123 };
  const clock = { now: () => time.ms, after: () => () => {} };
  return { rate: new RateWindow(limit, minuteMs, clock), time };
}

it('B1.13 units are taken up to the limit', () => {
  const { rate } = windowOf(5);
  expect([rate.take(2), rate.take(3)]).toEqual([0, 0]);
});

it('B3.11 one unit more has to wait until the window ends', () => {
  const { rate, time } = windowOf(5);
  rate.take(5);
  time.ms += 15_000;
  expect(rate.take(1)).toBe(45_000);
});

it('B3.11 what was refused costs nothing', () => {
  const { rate } = windowOf(5);
  rate.take(3);
  rate.take(3);
  expect(rate.take(2)).toBe(0);
});

it('B3.11 more than a whole window holds is refused in any window', () => {
  const { rate } = windowOf(5);
  expect(rate.take(6)).toBe(minuteMs);
});

it('the window begins with its first unit, not with the clock', () => {
  const { rate, time } = windowOf(5);
  time.ms += 30_000;
  rate.take(5);
  time.ms += minuteMs - 1;
  expect(rate.take(1)).toBe(1);
});

it('the window that has ended leaves nothing to the next', () => {
  const { rate, time } = windowOf(5);
  rate.take(5);
  time.ms += minuteMs;
  expect([rate.take(5), rate.take(1)]).toEqual([0, minuteMs]);
});

it('no limit refuses nothing', () => {
  const { rate } = windowOf(Number.POSITIVE_INFINITY);
  expect([rate.take(1e9), rate.take(1e9)]).toEqual([0, 0]);
});
