import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Platform } from '../../server/protocol/frames.ts';
import { holds } from '../fixtures/property.ts';
import { RealWorld } from './real-world.ts';
import { RuleWorld } from './rule-world.ts';
import type { Outcome, Step, World } from './world.ts';

const users = ['alice', 'bob', 'carol', '__proto__'];
const user = fc.constantFrom(...users);
const platform = fc.constantFrom<(Platform | undefined)[]>(undefined, 'ios', 'android', 'web', 'desktop');

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('connect'), user, platform }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave'), user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect'), user }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('block'), user, other: user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unblock'), user, other: user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1000, 59_000, 60_000) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('publish'),
      from: user,
      to: fc.array(user, { minLength: 1, maxLength: 5 }),
      verifyBlacklist: fc.boolean(),
      isIncludeSender: fc.boolean(),
      upstream: fc.boolean(),
    }),
  },
);

it('B1 in any history each session gets what the rules say: all of it, nothing else, once and at once', () => {
  const law = fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (history) => {
    expect(tell(history, new RealWorld())).toEqual(tell(history, new RuleWorld()));
  });
  holds(law, 1500);
});

/** Takes the steps one after the other: what each one showed, and what every session saw. */
function tell(history: readonly Step[], world: World) {
  const shown = history.map((step, index) => {
    world.at = index;
    const take = world[step.do].bind(world) as (step: Step) => Outcome | undefined;
    return { outcome: take(step), online: users.filter((user) => world.isOnline(user)) };
  });
  return { shown, seen: world.seen };
}
