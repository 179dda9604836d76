import { expect } from 'vitest';
import { it as base, type FormFields } from '../fixtures/simulator.ts';

const notice = { fromUserId: 'system', objectName: 'RC:InfoNtf', content: '{"message":"hello"}' };
const uid = expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);

const it = base.extend('broadcast', ({ postForm }) => (fields: FormFields = {}) => {
  return postForm('/message/online/broadcast.json', { ...notice, ...fields });
});
/** With a simulator of its own. */
const alone = it.extend('options', {});

it('B1.15 a broadcast reaches every session of every user who is online', async ({ connect, broadcast }) => {
  const clients = await Promise.all(['bob', 'bob', 'carol'].map((userId) => connect(userId)));
  const { body } = await broadcast();
  const frames = await Promise.all(clients.map((client) => client.next()));
  const frame = { ...notice, type: 'status', channelType: 'SYSTEM', sentTime: expect.any(Number) };
  const { messageUID } = body as unknown as { messageUID: string };
  expect(frames).toEqual(Array(3).fill({ ...frame, messageUID }));
  expect(body).toEqual({ code: 200, messageUID: uid });
});

it('B1.15 it reaches its sender, too', async ({ connect, broadcast }) => {
  const alice = await connect('alice');
  await broadcast({ fromUserId: 'alice' });
  await expect(alice.next()).resolves.toMatchObject({ type: 'status', fromUserId: 'alice' });
});

it('B1.2 who comes online after it gets nothing', async ({ connect, broadcast }) => {
  await broadcast();
  const bob = await connect('bob');
  await bob.settle();
  expect(bob.received).toEqual([]);
});

alone('B4.1 it stays in its app', async ({ connect, broadcast }) => {
  const bob = await connect({ userId: 'bob', appKey: 'other' });
  await broadcast();
  await bob.settle();
  expect(bob.received).toEqual([]);
});

it('B1.15 with nobody online it is answered all the same', async ({ broadcast }) => {
  expect(await broadcast()).toMatchObject({ status: 200, body: { code: 200 } });
});

it('B1.13 60 a minute pass, whoever is online, and the next is refused', async ({ simulator, broadcast }) => {
  simulator.app().clock.freeze();
  for (let sent = 0; sent < 60; sent++) expect(await broadcast()).toMatchObject({ status: 200 });
  expect(await broadcast()).toMatchObject({ status: 429, body: { code: 1008 } });
});

it('B3.2 a broadcast without content is refused', async ({ broadcast }) => {
  expect(await broadcast({ content: undefined })).toMatchObject({
    status: 400,
    body: { code: 1002, errorMessage: 'The parameter content is required.' },
  });
});
