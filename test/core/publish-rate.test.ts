import { expect, it } from 'vitest';
import { PublishRate, publishRates } from '../../server/core/publish-rate.ts';
import { VirtualClock } from '../client-sim/virtual-clock.ts';

it('B3.11 what is over the rate is refused, saying how much, over what, and when it may pass', () => {
  const clock = new VirtualClock();
  const rate = new PublishRate(5, 'messages a minute', 60_000, clock);
  rate.take(3);
  clock.advanceTo(clock.now() + 1500);
  expect(() => rate.take(3)).toThrow(
    expect.objectContaining({
      code: 1008,
      message: '3 more would exceed the limit of 5 messages a minute.',
      retryAfterSeconds: 59,
    }),
  );
});

it('B3.11 what was refused has cost nothing', () => {
  const rate = new PublishRate(5, 'messages a minute', 60_000, new VirtualClock());
  expect(() => rate.take(6)).toThrow();
  expect(() => rate.take(5)).not.toThrow();
});

const minuteMs = 60_000;

/** A window of a minute, and a clock that moves only by hand. */
function windowOf(limit: number) {
  const time = { ms: 1_795_000_000_123 };
  const clock = { now: () => time.ms, after: () => () => {} };
  return { rate: new PublishRate(limit, 'messages a minute', minuteMs, clock), time };
}

it('B1.13 units are taken up to the limit', () => {
  const { rate } = windowOf(5);
  expect([rate.tryTake(2), rate.tryTake(3)]).toEqual([0, 0]);
});

it('B3.11 one unit more has to wait until the window ends', () => {
  const { rate, time } = windowOf(5);
  rate.tryTake(5);
  time.ms += 15_000;
  expect(rate.tryTake(1)).toBe(45_000);
});

it('B3.11 no window is longer than its length when a test sets the clock back', () => {
  const { rate, time } = windowOf(5);
  rate.tryTake(5);
  time.ms -= 60 * minuteMs;
  expect([rate.tryTake(5), rate.tryTake(1)]).toEqual([0, minuteMs]);
});

it('B3.11 what was refused costs nothing', () => {
  const { rate } = windowOf(5);
  rate.tryTake(3);
  rate.tryTake(3);
  expect(rate.tryTake(2)).toBe(0);
});

it('B3.11 more than a whole window holds never passes, and is not told to come again', () => {
  const { rate } = windowOf(5);
  expect(rate.tryTake(6)).toBe(Number.POSITIVE_INFINITY);
  expect(() => rate.take(6)).toThrow(expect.objectContaining({ code: 1008, retryAfterSeconds: undefined }));
});

it('B1.13 a first request that is refused opens no window', () => {
  const { rate, time } = windowOf(5);
  rate.tryTake(6);
  expect(() => rate.take(6)).toThrow();
  time.ms += minuteMs - 1;
  rate.tryTake(5);
  time.ms += 1;
  expect(rate.tryTake(5)).toBe(minuteMs - 1);
});

it('the window begins with its first unit, not with the clock', () => {
  const { rate, time } = windowOf(5);
  time.ms += 30_000;
  rate.tryTake(5);
  time.ms += minuteMs - 1;
  expect(rate.tryTake(1)).toBe(1);
});

it('the window that has ended leaves nothing to the next', () => {
  const { rate, time } = windowOf(5);
  rate.tryTake(5);
  time.ms += minuteMs;
  expect([rate.tryTake(5), rate.tryTake(1)]).toEqual([0, minuteMs]);
});

it('no limit refuses nothing', () => {
  const { rate } = windowOf(Number.POSITIVE_INFINITY);
  expect([rate.tryTake(1e9), rate.tryTake(1e9)]).toEqual([0, 0]);
});

it('B1.13 what was taken elsewhere counts, even beyond the limit', () => {
  const { rate } = windowOf(5);
  rate.note(6);
  expect(rate.tryTake(1)).toBe(minuteMs);
});

const limits = { recipientsPerMinute: 3, groupsPerSecond: 2, broadcastsPerMinute: 1, systemPerSecond: 4 };

it.each([
  ['recipients', 3, '1 more would exceed the limit of 3 messages a minute.', 60],
  ['groups', 2, '1 more would exceed the limit of 2 messages a second to groups.', 1],
  ['broadcasts', 1, '1 more would exceed the limit of 1 broadcasts a minute.', 60],
  ['storedRecipients', 3, '1 more would exceed the limit of 3 stored messages a minute.', 60],
  ['storedGroups', 2, '1 more would exceed the limit of 2 stored messages a second to groups.', 1],
  ['system', 4, '1 more would exceed the limit of 4 system messages a second.', 1],
] as const)('B1.13 %s have a limit and a window of their own', (name, limit, message, retryAfterSeconds) => {
  const rates = publishRates(limits, new VirtualClock());
  expect(() => rates[name].take(limit)).not.toThrow();
  expect(() => rates[name].take(1)).toThrow(expect.objectContaining({ message, retryAfterSeconds }));
});

it('B1.13 what was taken elsewhere counts until a reset', () => {
  const { groups, recipients } = publishRates(limits, new VirtualClock());
  groups.note(2);
  expect(() => groups.take(1)).toThrow();
  expect(() => recipients.take(3)).not.toThrow();
  groups.reset();
  expect(() => groups.take(1)).not.toThrow();
});
