import { expect } from 'vitest';
import { it, mood } from '../imlib/raw-imlib.ts';

const text = { objectName: 'app:mood', content: 'fine' };

it("B1.3 C5 a message reaches a user's web client and its other devices", async ({
  simulator,
  connect,
  openImlib,
}) => {
  const [web, phone] = [await openImlib('bob'), await connect('bob')];
  await simulator.publish({ ...text, fromUserId: 'alice', toUserId: 'bob' });
  const [frame, shown] = [await web.next(), await phone.next()];
  expect(frame.toString('latin1')).toContain('messageUID' in shown && shown.messageUID);
});

it('C7 what a web client sends reaches clients of both kinds', async ({ connect, openImlib, postForm }) => {
  await postForm('/group/create.json', { userId: ['alice', 'bob', 'carol'], groupId: 'team' });
  const [alice, bob] = [await openImlib('alice'), await openImlib('bob')];
  const carol = await connect('carol');
  alice.publish('pgMsgS', 'team', 1, ...mood());
  expect(await carol.next()).toMatchObject({ channelType: 'GROUP', groupId: 'team', fromUserId: 'alice' });
  expect((await bob.next())[0]).toBe(0x30);
});

it('C6 a web client has an echo of what its user sent elsewhere', async ({ connect, openImlib }) => {
  const [web, phone] = [await openImlib('alice'), await connect('alice')];
  await phone.publish({ ...text, toUserId: ['bob', 'carol'], isIncludeSender: true });
  const frames = [await web.next(), await web.next()].map(String);
  expect(frames).toEqual([expect.stringContaining('bob'), expect.stringContaining('carol')]);
});

it('C11 a web client is kicked by a later one, wherever that comes in', async ({ simulator, openImlib }) => {
  const first = await openImlib('bob');
  await openImlib('bob');
  expect([await first.next(), await first.closed]).toEqual([Buffer.from([0xe0, 0, 1]), 4010]);
  expect((await simulator.presence('bob')).sessions).toHaveLength(1);
});

it('C7 who blocks the sender of a web client gets nothing', async ({ connect, openImlib, postForm }) => {
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  const [alice, bob, carol] = [await openImlib('alice'), await connect('bob'), await connect('carol')];
  for (const userId of ['bob', 'carol']) alice.publish('ppMsgS', userId, 1, ...mood());
  await carol.next();
  await bob.settle();
  expect(bob.received).toEqual([]);
});
