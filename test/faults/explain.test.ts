import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { FaultSpec } from '../../server/index.ts';
import { holds } from '../fixtures/property.ts';
import type { AnswerBody } from '../fixtures/simulator.ts';
import { it as base, typing } from '../fixtures/simulator.ts';

const users = ['alice', 'bob', 'carol'];

const platforms = ['ios', 'web', undefined] as const;

/** Which of a user's sessions a fault is aimed at: all, those on a platform, or the one that came at this place. */
const target = fc.oneof(
  fc.constant({}),
  fc.record({ platform: fc.constantFrom('ios', 'web', 'desktop') }),
  fc.record({ place: fc.nat({ max: 2 }) }),
);

const aimed = (fault: string, more: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc
    .record({ fault: fc.constant(fault), userId: fc.constantFrom(...users), ...more })
    .chain((fields) => target.map((at) => ({ ...fields, ...at })));

/** A fault that does something to a message of alice's to bob or carol, or to its echo. */
const fault = fc.oneof(
  aimed('half-open'),
  aimed('freeze'),
  aimed('hold-arrival'),
  aimed('delay', { delayMs: fc.constant(600_000) }),
  aimed('drop-next', { count: fc.integer({ min: 1, max: 3 }) }),
  aimed('disconnect-at', { recipient: fc.integer({ min: 1, max: 4 }) }),
  fc.record(
    {
      fault: fc.constant('refuse-publish'),
      code: fc.constantFrom(1000, 1008),
      userId: fc.constantFrom(...users),
      count: fc.integer({ min: 1, max: 2 }),
    },
    { requiredKeys: ['fault', 'code'] },
  ),
  fc.record({ fault: fc.constant('refuse-publish'), code: fc.constant(1050), probability: fc.constant(0.5) }),
) as fc.Arbitrary<FaultSpec & { place?: number }>;

const publish = fc.record({
  to: fc.oneof(
    fc.record({ toUserId: fc.shuffledSubarray(users, { minLength: 1 }) }),
    fc.record({ toGroupId: fc.shuffledSubarray(['one', 'two', 'three'], { minLength: 1 }) }),
  ),
  isIncludeSender: fc.constantFrom(0, 1),
  verifyBlacklist: fc.constantFrom(0, 1),
});

const scene = fc.record({
  online: fc.array(
    fc.record({ userId: fc.constantFrom(...users), platform: fc.constantFrom(...platforms) }),
    {
      maxLength: 6,
    },
  ),
  faults: fc.array(fault, { maxLength: 3 }),
  publishes: fc.array(publish, { minLength: 1, maxLength: 4 }),
});

const it = base
  .extend('group', ({ postForm }) => async (groupId: string, ...userId: string[]) => {
    await postForm('/group/create.json', { groupId, userId, groupName: groupId });
  })
  /** What a call says, without what is new in each: ids, and the path. */
  .extend('said', ({ postJson }) => async (path: string, body: object) => {
    const { status, body: answer } = await postJson(path, body);
    const { url: _, messageUIDs: __, ...rest } = answer as AnswerBody;
    return {
      status,
      ...JSON.parse(JSON.stringify(rest), (name, value) => (name === 'messageUID' ? '' : value)),
    };
  });

describe('explain', () => {
  it('B6.2 says what the next publish then does, whatever faults are set', async ({
    simulator,
    connect,
    group,
    postForm,
    said,
  }) => {
    const app = simulator.app();
    await holds(
      fc.asyncProperty(scene, async ({ online, faults, publishes }) => {
        app.reset();
        app.clock.freeze();
        const clients = await Promise.all(online.map((who) => connect(who)));
        await group('one', 'bob');
        await group('two', 'bob', 'carol');
        await group('three', 'alice', 'carol', 'bob');
        await postForm('/user/blacklist/add.json', { userId: 'carol', blackUserId: 'alice' });
        for (const { place, ...each } of faults) {
          const ofUser = clients.filter(({ userId }) => userId === each.userId);
          const at = place === undefined ? {} : { sessionId: ofUser[place]?.sessionId ?? 'none' };
          app.faults.set({ ...each, ...at });
        }
        for (const { to, ...flags } of publishes) {
          const body = { fromUserId: typing.fromUserId, objectName: 'app:x', content: 'x', ...to, ...flags };
          const explained = await said('/sim/explain', body);
          expect(await said('/sim/explain', body)).toEqual(explained); // asking has changed nothing
          expect(explained).toEqual(await said('/sim/publish', body));
        }
      }),
      60,
    );
  });
});

describe('with a rate of two a minute', () => {
  it.override('options', { recipientsPerMinute: 2 });

  it('B6.2 says that the rate is exceeded, and takes nothing from it', async ({ said }) => {
    const toTwo = { ...typing, toUserId: ['bob', 'carol'] };
    const explained = [await said('/sim/explain', toTwo), await said('/sim/explain', toTwo)];
    const published = await said('/sim/publish', toTwo);
    expect(explained).toEqual([published, published]);
    expect(await said('/sim/explain', typing)).toMatchObject({ status: 429, code: 1008 });
  });
});

describe('with a backlog of a byte', () => {
  it.override('options', { backlogBytes: 1 });

  it('B6.2 says who reads too slowly', async ({ simulator, connect, said }) => {
    await connect('bob');
    simulator.app().faults.set({ fault: 'freeze', userId: 'bob' });
    await said('/sim/publish', typing);
    const explained = await said('/sim/explain', typing);
    expect(explained.report.recipients).toMatchObject([{ reason: 'backpressure' }]);
    expect(explained).toEqual(await said('/sim/publish', typing));
  });
});
