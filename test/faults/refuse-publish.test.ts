import { describe, expect, it as plainIt } from 'vitest';
import { Ids } from '../../server/app/ids.ts';
import { AppClock } from '../../server/clock/app-clock.ts';
import { Room } from '../../server/faults/fault.ts';
import { refusePublish } from '../../server/faults/publish-faults.ts';
import { it, publishPath, typing } from '../fixtures/simulator.ts';

const refusal = { fault: 'refuse-publish', code: 1050 } as const;

/** Which of a thousand publishes are refused, each with a chance of 0.3. */
function drawn(seed: string): boolean[] {
  const ids = new Ids(seed);
  const clock = new AppClock({ before: async () => {}, after: async () => {} });
  const stage = {
    clock,
    room: new Room(),
    sessionsAt: () => [],
    isGone: () => false,
    breakOff() {},
  };
  const fault = refusePublish(
    { fault: 'refuse-publish', code: 1000, probability: 0.3 },
    {
      ...stage,
      chance: () => ids.chance(),
    },
  );
  return Array.from({ length: 1000 }, () => fault.refuse!() !== undefined);
}

describe('with a probability of 0.3', () => {
  plainIt('B6.10 refuse-publish: the same seed refuses the same publishes', () => {
    expect(drawn('seed')).toEqual(drawn('seed'));
  });

  plainIt('B6.10 refuse-publish: another seed refuses others', () => {
    expect(drawn('seed')).not.toEqual(drawn('another seed'));
  });

  plainIt('B6.10 refuse-publish: about three in ten are refused', () => {
    const refused = drawn('seed').filter((each) => each).length;
    expect(refused).toBeGreaterThan(250);
    expect(refused).toBeLessThan(350);
  });
});

it.for([
  [1000, 500],
  [1001, 401],
  [1002, 400],
  [1003, 400],
  [1004, 401],
  [1005, 400],
  [1006, 401],
  [1007, 401],
  [1008, 429],
  [1009, 430],
  [1050, 504],
  [2007, 403],
] as const)(
  'B6.10 refuse-publish: the code %i comes under HTTP %i',
  async ([code, status], { simulator, publish }) => {
    simulator.app().faults.set({ fault: 'refuse-publish', code });
    const answer = await publish();
    expect(answer).toMatchObject({
      status,
      body: { code, errorMessage: expect.stringContaining('refuse-publish'), url: publishPath },
    });
    // A rate alone says when to come again.
    expect('retry-after' in answer.headers).toBe(code === 1008);
  },
);

it('B1.11 refuse-publish: nothing is delivered', async ({ simulator, connect, publish }) => {
  const [alice, bob] = [await connect('alice'), await connect('bob')];
  simulator.app().faults.set(refusal);
  await publish({ isIncludeSender: '1' });
  await Promise.all([alice.settle(), bob.settle()]);
  expect([alice.received, bob.received]).toEqual([[], []]);
});

it('B6.10 refuse-publish: once, unless told otherwise, and then no more', async ({ simulator, publish }) => {
  const { faults } = simulator.app();
  const listed = faults.set(refusal);
  const codes = [(await publish()).body.code, (await publish()).body.code];
  expect([listed, codes, faults.list()]).toEqual([[{ ...refusal, count: 1 }], [1050, 200], []]);
});

it('B6.10 refuse-publish: as many times as told', async ({ simulator, publish }) => {
  simulator.app().faults.set({ ...refusal, count: 2 });
  const codes: number[] = [];
  for (let times = 0; times < 3; times++) codes.push((await publish()).body.code);
  expect(codes).toEqual([1050, 1050, 200]);
});

it('B6.10 refuse-publish: with a probability of 1 always, until it is removed', async ({
  simulator,
  publish,
}) => {
  const { faults } = simulator.app();
  faults.set({ ...refusal, probability: 1 });
  const codes = [(await publish()).body.code, (await publish()).body.code];
  faults.remove();
  codes.push((await publish()).body.code);
  expect(codes).toEqual([1050, 1050, 200]);
});

it('B6.10 refuse-publish: aimed at a sender, it lets others pass', async ({ simulator, publish }) => {
  simulator.app().faults.set({ ...refusal, userId: 'alice' });
  const other = await publish({ fromUserId: 'carol' });
  const aimedAt = await publish();
  expect([other.body.code, aimedAt.body.code]).toEqual([200, 1050]);
});

it('B6.10 refuse-publish: /sim/publish is refused', async ({ simulator, postJson }) => {
  simulator.app().faults.set(refusal);
  await expect(postJson('/sim/publish', typing)).resolves.toMatchObject({
    status: 504,
    body: { code: 1050 },
  });
});

it('B6.10 refuse-publish: an upstream publish is refused', async ({ simulator, connect }) => {
  const alice = await connect('alice');
  simulator.app().faults.set(refusal);
  const { toUserId, objectName, content } = typing;
  await expect(alice.publish({ toUserId, objectName, content })).rejects.toMatchObject({ code: 1050 });
});

it('B6.10 refuse-publish: an embedded publish is refused', ({ simulator }) => {
  simulator.app().faults.set(refusal);
  expect(() => simulator.publish(typing)).toThrow(expect.objectContaining({ code: 1050, status: 504 }));
});

it('B6.10 refuse-publish: a publish to groups is refused as a whole, once', async ({
  simulator,
  postForm,
}) => {
  const { faults } = simulator.app();
  faults.set({ ...refusal, count: 2 });
  const { fromUserId, objectName, content } = typing;
  const fields = { fromUserId, toGroupId: ['one', 'two'], objectName, content };
  const { body } = await postForm('/statusmessage/group/publish.json', fields);
  expect([body.code, faults.list()]).toEqual([1050, [{ ...refusal, count: 1 }]]);
});

it('B6.10 refuse-publish: a broadcast is refused', async ({ simulator, postForm }) => {
  simulator.app().faults.set(refusal);
  const { fromUserId, objectName, content } = typing;
  const answer = await postForm('/message/online/broadcast.json', { fromUserId, objectName, content });
  expect(answer.body.code).toBe(1050);
});

it('B6.10 refuse-publish: what is wrong anyway is refused for that, and counts for nothing', async ({
  simulator,
  publish,
}) => {
  const { faults } = simulator.app();
  faults.set(refusal);
  const { body } = await publish({ content: undefined });
  expect([body.code, faults.list()]).toEqual([1002, [{ ...refusal, count: 1 }]]);
});

it.for([{ probability: null }, { count: null }, { userId: null }, { probability: [] }])(
  'B6.10 refuse-publish: %j is refused, and nothing is set',
  async (wrong, { simulator, send }) => {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ ...refusal, ...wrong });
    const answer = await send('/sim/faults', { method: 'PUT', headers, body });
    expect([answer.body.code, simulator.app().faults.list()]).toEqual([1002, []]);
  },
);

it('B6.10 refuse-publish: 1008 comes with a Retry-After', async ({ simulator, publish }) => {
  simulator.app().faults.set({ fault: 'refuse-publish', code: 1008 });
  const { headers } = await publish();
  expect(headers['retry-after']).toBe('1');
});

it('B3.11 refuse-publish: what is refused costs nothing of the rate', async ({ simulator, publish }) => {
  simulator.app().faults.set(refusal);
  await publish({ toUserId: Array.from({ length: 1000 }, (_, index) => `user ${index}`) });
  const toUserId = Array.from({ length: 1000 }, (_, index) => `user ${index}`);
  const codes: number[] = [];
  for (let times = 0; times < 6; times++) codes.push((await publish({ toUserId })).body.code);
  expect(codes).toEqual([200, 200, 200, 200, 200, 200]);
});
