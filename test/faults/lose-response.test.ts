import { expect } from 'vitest';
import type { PublishEvent } from '../../server/index.ts';
import { it as base, typing } from '../fixtures/simulator.ts';

const lose = { fault: 'lose-response' } as const;

const it = base.extend('publishes', ({ simulator }) => {
  const publishes: PublishEvent[] = [];
  simulator.on('publish', (event) => publishes.push(event));
  return publishes;
});

it('B6.10 lose-response: accepted and delivered, but the caller gets no answer', async ({
  simulator,
  connect,
  publish,
  publishes,
}) => {
  const bob = await connect('bob');
  simulator.app().faults.set(lose);
  await expect(publish()).rejects.toMatchObject({ code: 'ECONNRESET' });
  await bob.settle();
  expect([publishes, bob.received]).toMatchObject([
    [{ report: { recipients: [{ outcome: 'delivered' }] } }],
    [{ type: 'status' }],
  ]);
});

it('B6.10 lose-response: /sim/publish, too', async ({ simulator, connect, postJson }) => {
  const bob = await connect('bob');
  simulator.app().faults.set(lose);
  await expect(postJson('/sim/publish', typing)).rejects.toMatchObject({ code: 'ECONNRESET' });
  await bob.settle();
  expect(bob.received).toHaveLength(1);
});

it('B6.10 lose-response: a publish to groups, too, counted once', async ({
  simulator,
  postForm,
  publishes,
}) => {
  const { faults } = simulator.app();
  faults.set({ ...lose, count: 2 });
  const { fromUserId, objectName, content } = typing;
  const fields = { fromUserId, toGroupId: ['one', 'two'], objectName, content };
  await expect(postForm('/statusmessage/group/publish.json', fields)).rejects.toThrow();
  expect([publishes.length, faults.list()]).toEqual([2, [{ ...lose, count: 1 }]]);
});

it('B6.10 lose-response: once, unless told otherwise, and then no more', async ({ simulator, publish }) => {
  const { faults } = simulator.app();
  const listed = faults.set(lose);
  await expect(publish()).rejects.toThrow();
  const { status } = await publish();
  expect([listed, status, faults.list()]).toEqual([[{ ...lose, count: 1 }], 200, []]);
});

it('B6.10 lose-response: aimed at a sender, it leaves others their answer', async ({
  simulator,
  publish,
}) => {
  simulator.app().faults.set({ ...lose, userId: 'alice' });
  await expect(publish({ fromUserId: 'carol' })).resolves.toMatchObject({ status: 200 });
  await expect(publish()).rejects.toThrow();
});

it('B6.10 lose-response: a refusal is answered', async ({ simulator, publish }) => {
  const { faults } = simulator.app();
  faults.set(lose);
  const { body } = await publish({ content: undefined });
  expect([body.code, faults.list()]).toEqual([1002, [{ ...lose, count: 1 }]]);
});

it('B6.10 lose-response: other calls are answered', async ({ simulator, postForm }) => {
  simulator.app().faults.set(lose);
  const fields = { userId: 'bob', fromUserId: 'alice' };
  await expect(postForm('/user/checkOnline.json', fields)).resolves.toMatchObject({ status: 200 });
});

it('B6.10 lose-response: an upstream publish is answered', async ({ simulator, connect }) => {
  const alice = await connect('alice');
  simulator.app().faults.set(lose);
  const { toUserId, objectName, content } = typing;
  await expect(alice.publish({ toUserId, objectName, content })).resolves.toHaveLength(1);
});
