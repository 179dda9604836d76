import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { beforeEach, expect, vi } from 'vitest';
import { app, it as base, signedHeaders } from '../fixtures/simulator.ts';

/** What is used here of npm's `rongcloud-sdk`, which is CommonJS without types. */
interface NodeSdk {
  User: {
    register(user: { id: string; name: string; portrait: string }): Promise<SdkAnswer>;
    update(user: { id: string; name: string; portrait: string }): Promise<SdkAnswer>;
    Block: {
      add(user: { id: string; minute: number }): Promise<SdkAnswer>;
      remove(user: { id: string }): Promise<SdkAnswer>;
      getList(): Promise<SdkAnswer>;
    };
    OnlineStatus: { get(user: { id: string }): Promise<SdkAnswer> };
    Blacklist: {
      add(user: { id: string; blacklist: { id: string }[] }): Promise<SdkAnswer>;
      remove(user: { id: string; blacklist: { id: string }[] }): Promise<SdkAnswer>;
      getList(user: { id: string }): Promise<SdkAnswer>;
    };
  };
  Group: {
    create(group: { id: string; name: string; members: { id: string }[] }): Promise<SdkAnswer>;
    join(group: { id: string; name: string; member: { id: string } }): Promise<SdkAnswer>;
    quit(group: { id: string; member: { id: string } }): Promise<SdkAnswer>;
    dismiss(group: { id: string; member: { id: string } }): Promise<SdkAnswer>;
    get(group: { id: string }): Promise<SdkAnswer>;
    sync(user: { id: string; groups: { id: string; name: string }[] }): Promise<SdkAnswer>;
    update(group: { id: string; name: string }): Promise<SdkAnswer>;
  };
  Message: {
    Private: { send(message: Record<string, unknown>): Promise<SdkAnswer> };
  };
  Sensitive: { getList(words: { type: string }): Promise<SdkAnswer> };
}

interface SdkAnswer {
  code: number;
  userId?: string;
  token?: string;
  status?: string;
  users?: { id: string }[];
  members?: { id: string }[];
  msg?: string;
}

type NodeSdkInit = (options: { appkey: string; secret: string; api: string }) => NodeSdk;

const require = createRequire(import.meta.url);
const initSdk: NodeSdkInit = require('rongcloud-sdk');

const it = base
  .extend('options', { apps: [app] })
  .extend('sdk', ({ simulator }) => initSdk({ appkey: app.key, secret: app.secret, api: simulator.url }));

const bob = { id: 'bob', name: 'Bob', portrait: 'http://portrait.test/bob.png' };
/** Made anew for each call: the SDK changes what it is given. */
const bobWithout = (...ids: string[]) => ({ id: 'bob', blacklist: ids.map((id) => ({ id })) });

// The SDK's own default is the real service: nothing here may reach for it.
const attempts: string[] = [];
const connect = Socket.prototype.connect;

beforeEach(() => {
  attempts.length = 0;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const { host = 'localhost' } = [args[0]].flat()[0] as { host?: string };
    if (host === '127.0.0.1') return Reflect.apply(connect, this, args);
    attempts.push(host);
    throw new Error(`No connection to ${host} from a test.`);
  });
  return () => vi.restoreAllMocks();
});

it('A6 the SDK gets a token', async ({ sdk }) => {
  expect(await sdk.User.register(bob)).toEqual({
    code: 200,
    userId: 'bob',
    token: expect.any(String),
  });
});

it("B4.2 a client connects with the SDK's token", async ({ sdk, connect }) => {
  const { token } = await sdk.User.register(bob);
  const client = await connect({ token, appKey: app.key });
  expect(client.userId).toBe('bob');
});

it('A6 checkOnline of the SDK turns to "1" as a client connects', async ({ sdk, login }) => {
  const before = await sdk.User.OnlineStatus.get({ id: 'bob' });
  await login('bob');
  const after = await sdk.User.OnlineStatus.get({ id: 'bob' });
  expect([before, after]).toEqual([
    { code: 200, status: '0' },
    { code: 200, status: '1' },
  ]);
});

it('A6 the SDK reads the blacklist it wrote, the latest added first', async ({ sdk }) => {
  await sdk.User.Blacklist.add(bobWithout('alice', '小明 &'));
  const { users } = await sdk.User.Blacklist.getList({ id: 'bob' });
  expect(users).toEqual([{ id: '小明 &' }, { id: 'alice' }]);
});

it('B10.1 whom the SDK blocks is offline, and cannot log in; whom it unblocks can', async ({
  sdk,
  login,
}) => {
  const bob = await login('bob');
  const answers = [await sdk.User.Block.add({ id: 'bob', minute: 10 })];
  const refusal = await login('bob').catch((error) => error);
  answers.push(await sdk.User.Block.remove({ id: 'bob' }));
  expect([answers, (await bob.closed).code, refusal.closeCode]).toEqual([
    [{ code: 200 }, { code: 200 }],
    4012,
    4012,
  ]);
  await expect(login('bob')).resolves.toMatchObject({ userId: 'bob' });
});

it('B10.2 the SDK, which sends no parameter, lists who is blocked', async ({ sdk }) => {
  await sdk.User.Block.add({ id: 'bob', minute: 10 });
  await sdk.User.Block.add({ id: '小明 &', minute: 20 });
  const { users } = await sdk.User.Block.getList();
  const blockEndTime = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect(users).toEqual([
    { userId: '小明 &', blockEndTime },
    { userId: 'bob', blockEndTime },
  ]);
});

it('B10.5 the SDK renames a user it has registered', async ({ sdk, postForm }) => {
  await sdk.User.register(bob);
  const answer = await sdk.User.update({ ...bob, name: 'Robert' });
  const { body } = await postForm('/user/info.json', { userId: 'bob' }, signedHeaders(app));
  expect([answer, body]).toMatchObject([
    { code: 200 },
    { userName: 'Robert', userPortrait: bob.portrait, createTime: expect.stringContaining(' ') },
  ]);
});

it('B11.2 the SDK says which groups a user is in', async ({ sdk, postForm }) => {
  await sdk.Group.create({ ...team, members: [{ id: 'bob' }, { id: 'carol' }] });
  const groups = [
    { id: 'g 1&', name: 'One' },
    { id: 'g2', name: '二' },
  ];
  const answer = await sdk.Group.sync({ id: 'bob', groups });
  const { body } = await postForm('/user/group/query.json', { userId: 'bob' }, signedHeaders(app));
  const { members } = await sdk.Group.get({ id: 'team' });
  expect([answer, body, members]).toEqual([{ code: 200 }, { code: 200, groups }, [{ id: 'carol' }]]);
});

it('B11.3 the SDK renames a group', async ({ sdk, postForm }) => {
  await sdk.Group.create({ ...team, members: [{ id: 'bob' }] });
  const answer = await sdk.Group.update({ id: 'team', name: 'Another' });
  const { body } = await postForm('/user/group/query.json', { userId: 'bob' }, signedHeaders(app));
  expect([answer, body]).toMatchObject([{ code: 200 }, { groups: [{ name: 'Another', id: 'team' }] }]);
});

it('B1.8 whom the SDK puts on a blacklist does not get through', async ({ sdk, login, publish }) => {
  const bob = await login('bob');
  await sdk.User.Blacklist.add(bobWithout('alice'));
  await publish({ verifyBlacklist: '1' }, signedHeaders(app));
  await bob.settle();
  expect(bob.received).toEqual([]);
});

it('B1.8 whom the SDK takes off a blacklist gets through again', async ({ sdk, login, publish }) => {
  const bob = await login('bob');
  await sdk.User.Blacklist.add(bobWithout('alice'));
  await sdk.User.Blacklist.remove(bobWithout('alice'));
  await publish({ verifyBlacklist: '1' }, signedHeaders(app));
  await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
});

const team = { id: 'team', name: 'The team' };
/** Made anew for each call, as above. */
const member = (id: string) => ({ id: 'team', name: 'The team', member: { id } });
const typing = { objectName: 'RC:TypSts', content: '{"typingContentType":"RC:TxtMsg"}' };

it('A6 the SDK makes a group, and reads who is in it', async ({ sdk }) => {
  const created = await sdk.Group.create({ ...team, members: [{ id: 'bob' }, { id: '小明 &' }] });
  const { members } = await sdk.Group.get({ id: 'team' });
  expect([created, members]).toEqual([{ code: 200 }, [{ id: 'bob' }, { id: '小明 &' }]]);
});

it('A6 the SDK has users join and quit', async ({ sdk }) => {
  await sdk.Group.create({ ...team, members: [{ id: 'bob' }] });
  const answers = [await sdk.Group.join(member('carol')), await sdk.Group.quit(member('bob'))];
  const { members } = await sdk.Group.get({ id: 'team' });
  expect([answers, members]).toEqual([[{ code: 200 }, { code: 200 }], [{ id: 'carol' }]]);
});

it('A6 the SDK dismisses a group', async ({ sdk }) => {
  await sdk.Group.create({ ...team, members: [{ id: 'bob' }] });
  const answer = await sdk.Group.dismiss(member('bob'));
  const { members } = await sdk.Group.get({ id: 'team' });
  expect([answer, members]).toEqual([{ code: 200 }, []]);
});

it('B1.14 group delivery follows what the SDK did', async ({ sdk, login, postForm }) => {
  const clients = await Promise.all(['bob', 'carol', 'dave'].map((userId) => login(userId)));
  await sdk.Group.create({ ...team, members: [{ id: 'bob' }, { id: 'carol' }] });
  await sdk.Group.join(member('dave'));
  await sdk.Group.quit(member('carol'));
  const fields = { ...typing, fromUserId: 'alice', toGroupId: 'team' };
  await postForm('/statusmessage/group/publish.json', fields, signedHeaders(app));
  await Promise.all(clients.map((client) => client.settle()));
  expect(clients.map(({ received }) => received.length)).toEqual([1, 0, 1]);
});

it('A6 the SDK is told that a stored message is not to be had', async ({ sdk }) => {
  const sent = await sdk.Message.Private.send({ ...typing, senderId: 'alice', targetId: 'bob' });
  expect(sent).toMatchObject({ code: 1009 });
});

it('B3.10 the SDK understands a wrong secret', async ({ simulator }) => {
  const sdk = initSdk({ appkey: app.key, secret: 'wrong', api: simulator.url });
  // 20000 is its own code for a 1004.
  expect(await sdk.User.OnlineStatus.get({ id: 'bob' })).toMatchObject({ code: '20000' });
});

it('B12.1 the SDK understands that a call is not simulated', async ({ sdk }) => {
  const msg = "/sensitiveword/list.json is a call of RongCloud's that is not simulated.";
  expect(await sdk.Sensitive.getList({ type: '1' })).toMatchObject({ code: 1009, msg });
});

it('B3.12 the SDK understands a call that there is none of', async ({ simulator }) => {
  const sdk = initSdk({ appkey: app.key, secret: app.secret, api: `${simulator.url}/v0` });
  expect(await sdk.User.update(bob)).toMatchObject({ code: 404, msg: 'Not a valid API.' });
});

it('the SDK connects to nothing but the simulator', async ({ sdk }) => {
  await sdk.User.register(bob);
  expect(attempts).toEqual([]);
});

it('a connection to the real service would be seen, and is refused', async () => {
  const sdk = initSdk({ appkey: app.key, secret: app.secret, api: 'http://api.service.test' });
  await sdk.User.OnlineStatus.get({ id: 'bob' });
  expect(attempts).toEqual(['api.service.test']);
});
