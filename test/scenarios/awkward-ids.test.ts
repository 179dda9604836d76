import { describe, expect } from 'vitest';
import { it as base, form, formType, publishPath } from '../fixtures/simulator.ts';

/** What every object has, what steers a terminal or a line of a log, what would be markup, and what is nearly nothing. */
const ids = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'],
  ...['\u001b[2J', 'two\r\nlines', '\u0000', '\u009b31m', '\u202eabc'],
  ...[
    '<script>alert(1)</script>',
    '"',
    "'; DROP TABLE",
    '../../etc/passwd',
    '%00',
    '&toUserId=eve',
    '{}',
    '0',
    ' ',
    '.',
  ],
];

/** Those that go into a header. */
const keys = ids.filter((id) => /^[\x21-\x7e]+$/.test(id));

const groupPath = '/statusmessage/group/publish.json';
const mood = { objectName: 'app:mood', content: 'fine' };
const at = (id: string) => encodeURIComponent(id);

const it = base
  .extend(
    'get',
    ({ send }) =>
      async (path: string) =>
        (await send(path, { method: 'GET' })).body,
  )
  .extend('call', ({ postForm }) => async (path: string, fields: Record<string, string>) => {
    return (await postForm(path, fields)).body;
  });

describe.each(ids)('a user whose id is %j', (id) => {
  it('B3.13 is offline before anything happened', async ({ call, get }) => {
    expect(await call('/user/checkOnline.json', { userId: id })).toEqual({ code: 200, status: '0' });
    expect(await get(`/sim/presence/${at(id)}`)).toMatchObject({ userId: id, online: false, sessions: [] });
    expect(await call('/user/blacklist/query.json', { userId: id })).toEqual({ code: 200, users: [] });
    expect(await call('/group/user/query.json', { groupId: id })).toEqual({ code: 200, users: [] });
  });

  it('B1.3 gets a message, and is the only one', async ({ connect, postForm }) => {
    const [user, other] = await Promise.all([connect(id), connect('other')]);
    const { body } = await postForm(publishPath, { ...mood, fromUserId: id, toUserId: id });
    await Promise.all([user.settle(), other.settle()]);
    expect(body.messageUIDs).toEqual([{ userId: id, messageUID: expect.any(String) }]);
    expect(user.received).toMatchObject([{ fromUserId: id, content: 'fine' }]);
    expect(other.received).toEqual([]);
  });

  it('B1.6 gets an echo that names whom it wrote to', async ({ connect, postForm }) => {
    const user = await connect(id);
    await postForm(publishPath, { ...mood, fromUserId: id, toUserId: 'nobody', isIncludeSender: '1' });
    await expect(user.next({ type: 'echo' })).resolves.toMatchObject({ messageUIDs: [{ userId: 'nobody' }] });
  });

  it('A6 logs in with a token', async ({ call, connect }) => {
    const { token } = await call('/user/getToken.json', { userId: id, name: 'A name' });
    await expect(connect({ token })).resolves.toMatchObject({ userId: id });
  });

  it('B1.8 blocks, and is blocked', async ({ call, simulator }) => {
    await call('/user/blacklist/add.json', { userId: id, blackUserId: 'alice' });
    await call('/user/blacklist/add.json', { userId: 'alice', blackUserId: id });
    const publish = { ...mood, verifyBlacklist: 1 } as const;
    const outcomes = [
      await simulator.publish({ ...publish, fromUserId: 'alice', toUserId: id }),
      await simulator.publish({ ...publish, fromUserId: id, toUserId: 'alice' }),
    ];
    expect(outcomes).toMatchObject([
      { report: { recipients: [{ reason: 'blocked' }] } },
      { report: { recipients: [{ reason: 'blocked' }] } },
    ]);
  });

  it('B1.14 is a group, and a member of it', async ({ call, connect, postForm }) => {
    const user = await connect(id);
    await call('/group/create.json', { groupId: id, groupName: id, userId: id });
    await postForm(groupPath, { ...mood, fromUserId: 'alice', toGroupId: id });
    await expect(user.next()).resolves.toMatchObject({ groupId: id });
    expect(await call('/group/user/query.json', { groupId: id })).toMatchObject({ users: [{ id }] });
  });

  it('B5.11 is watched, and told of', async ({ connect }) => {
    const watcher = await connect('watcher');
    await watcher.subscribe([id]);
    expect(watcher.presenceOf(id)).toBe(false);
    await connect(id);
    await watcher.settle();
    expect(watcher.presenceOf(id)).toBe(true);
  });

  it('B6.4 is run, made to miss a message, and disconnected by /sim', async ({
    simulator,
    postJson,
    send,
  }) => {
    const { body } = await postJson('/sim/clients', { userId: id });
    simulator.app().faults.set({ fault: 'drop-next', userId: id, count: 1 });
    const { report } = await simulator.publish({ ...mood, fromUserId: 'alice', toUserId: id });
    const closed = await send(`/sim/sessions/${at(id)}`, { method: 'DELETE' });
    expect([body, report.recipients, closed.body]).toMatchObject([
      { userId: id },
      [{ userId: id, reason: 'fault' }],
      { closed: 1 },
    ]);
  });
});

describe.each(keys)('an app whose key is %j', (key) => {
  it('B4.1 has users of its own', async ({ connect, send }) => {
    const [ours, theirs] = await Promise.all([connect({ userId: 'bob', appKey: key }), connect('bob')]);
    const headers = { 'App-Key': key, 'Content-Type': formType };
    await send(publishPath, { headers, body: form({ ...mood, fromUserId: 'alice', toUserId: 'bob' }) });
    await Promise.all([ours.settle(), theirs.settle()]);
    expect([ours.received.length, theirs.received.length]).toEqual([1, 0]);
  });
});

const marks = ['__proto__', 'constructor', 'toString'];

it.for(marks)('A3 a parameter named %s in a form is one that nobody knows', async (name, { postForm }) => {
  const message = { ...mood, fromUserId: 'alice', toUserId: 'bob', [name]: 'polluted' };
  expect((await postForm(publishPath, message)).status).toBe(200);
});

it.for(marks)('A3 a member named %s of a JSON body reaches no other object', async (name, { send }) => {
  const body = `{"${name}":{"prototype":{"polluted":1},"polluted":1},"fromUserId":"alice"}`;
  const { status } = await send('/sim/publish', { headers: { 'Content-Type': 'application/json' }, body });
  expect([status, Reflect.get({}, 'polluted'), Reflect.get(Object, 'polluted')]).toEqual([
    400,
    undefined,
    undefined,
  ]);
});
