import { expect, it } from 'vitest';
import { PublishRate } from '../../server/core/publish-rate.ts';
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
