import { describe, expect } from 'vitest';
import type { FormFields } from '../fixtures/simulator.ts';
import { it as base } from '../imlib/raw-imlib.ts';

const it = base
  .extend('call', ({ postForm }) => async (path: string, fields: FormFields = {}) => {
    return (await postForm(path, fields)).body as unknown as Record<string, unknown>;
  })
  .extend('token', ({ call }) => async (userId: string) => {
    return String((await call('/user/getToken.json', { userId, name: 'A name' })).token);
  })
  /** Brings a user online with a client that the simulator runs; gives its id. */
  .extend('host', ({ postJson }) => async (userId: string) => {
    const { body } = await postJson('/sim/clients', { userId, platform: 'ios' });
    return body as unknown as { code: number; id: string; errorMessage: string };
  });

const start = Date.UTC(2026, 10, 29, 22);
const minute = 60_000;
const untilTen = 'The user is blocked until 2026-11-29T22:10:00.000Z.';
const ok = { code: 200 };
const mood = { objectName: 'app:mood', content: 'hi', fromUserId: 'alice' };

describe('a user who is blocked', () => {
  it('B10.1 loses all sessions at once, of every kind, and is offline', async ({
    call,
    connect,
    host,
    openImlib,
    send,
    simulator,
  }) => {
    simulator.app().clock.freeze(start);
    const [first, second, other] = [await connect('bob'), await connect('bob'), await connect('carol')];
    const [web, hosted] = [await openImlib('bob'), await host('bob')];
    expect(await call('/user/block.json', { userId: 'bob', minute: '10' })).toEqual(ok);

    expect(await call('/user/checkOnline.json', { userId: 'bob' })).toMatchObject({ status: '0' });
    expect((await simulator.presence('bob')).sessions).toEqual([]);
    const { report } = await simulator.publish({ ...mood, toUserId: ['bob', 'carol'] });
    expect(report.recipients).toMatchObject([{ reason: 'offline' }, { outcome: 'delivered' }]);
    const closing = { code: 4012, reason: untilTen };
    expect([await first.closed, await second.closed]).toEqual([closing, closing]);
    // A DISCONNECT whose status the web client shows as 31011.
    expect([(await web.next()).toString('hex'), await web.closed]).toEqual(['e00002', 4012]);
    const { body } = await send(`/sim/clients/${hosted.id}/inbox?waitMs=60000`, { method: 'GET' });
    expect(body).toMatchObject({ open: false, closing });
    await other.settle();
    expect(other.received).toMatchObject([{ content: 'hi' }]);
  });

  it('B10.1 cannot log in until the end of the block, by the clock of the app', async ({
    call,
    connect,
    dialImlib,
    host,
    simulator,
    token,
  }) => {
    const { clock } = simulator.app();
    clock.freeze(start);
    const good = await token('bob');
    await call('/user/block.json', { userId: 'bob', minute: '10' });
    const refusal = { closeCode: 4012, reason: untilTen };
    await expect(connect('bob')).rejects.toMatchObject(refusal);
    await expect(connect({ token: good })).rejects.toMatchObject(refusal);
    expect(await host('bob')).toMatchObject({ code: 1002, errorMessage: untilTen });
    // A CONNACK whose status the web client shows as 31009.
    const web = dialImlib({ token: good });
    expect([(await web.next()).toString('hex'), await web.closed]).toEqual(['200009', 4012]);

    await clock.advance(10 * minute - 1);
    await expect(connect('bob')).rejects.toMatchObject(refusal);
    await clock.advance(1);
    await expect(connect('bob')).resolves.toMatchObject({ userId: 'bob' });
    await expect(dialImlib({ token: good }).next()).resolves.toMatchObject({ 0: 0x20, 2: 0 });
    expect(await host('bob')).toMatchObject(ok);
  });

  it('B10.1 may log in again as soon as unblocked, with the token of before', async ({
    call,
    connect,
    token,
  }) => {
    const good = await token('bob');
    await call('/user/block.json', { userId: ['bob', 'carol'], minute: '43200' });
    expect(await call('/user/unblock.json', { userId: ['bob', 'nobody'] })).toEqual(ok);
    await expect(connect({ token: good })).resolves.toMatchObject({ userId: 'bob' });
    await expect(connect('carol')).rejects.toMatchObject({ closeCode: 4012 });
  });

  it('B10.1 is blocked until the end that was said last', async ({ call, connect, simulator }) => {
    const { clock } = simulator.app();
    clock.freeze(start);
    await call('/user/block.json', { userId: 'bob', minute: '10' });
    await call('/user/block.json', { userId: 'bob', minute: '1' });
    await clock.advance(minute);
    await expect(connect('bob')).resolves.toMatchObject({ userId: 'bob' });
  });

  it('B10.1 has free entry after a reset', async ({ call, connect, simulator }) => {
    await call('/user/block.json', { userId: 'bob', minute: '10' });
    simulator.app().reset();
    await expect(connect('bob')).resolves.toMatchObject({ userId: 'bob' });
  });

  it('B10.3 may be the sender of a server call', async ({ call, connect }) => {
    const carol = await connect('carol');
    await call('/user/block.json', { userId: 'bob', minute: '10' });
    const fields = { ...mood, fromUserId: 'bob', toUserId: 'carol' };
    expect(await call('/statusmessage/private/publish.json', fields)).toMatchObject(ok);
    await expect(carol.next()).resolves.toMatchObject({ fromUserId: 'bob' });
  });

  const wrong = ['0', '43201', '1.5', '-1', 'abc', '1e1'];

  it.for(wrong)('B10.1 is not blocked for %s minutes', async (minutes, { call }) => {
    const errorMessage = 'The parameter minute must be a whole number from 1 to 43200.';
    expect(await call('/user/block.json', { userId: 'bob', minute: minutes })).toMatchObject({
      code: 1002,
      errorMessage,
    });
  });

  it('B10.1 is one of at most 20 in a call', async ({ call }) => {
    const userId = Array.from({ length: 21 }, (_, index) => `user-${index}`);
    for (const path of ['block', 'unblock', 'token/expire', 'whitesetting/set', 'whitesetting/query']) {
      const fields = { userId, minute: '1', time: '1', whiteSetting: '1' };
      const errorMessage = 'the number of userId should less than 20.';
      expect(await call(`/user/${path}.json`, fields)).toMatchObject({ code: 1002, errorMessage });
    }
    expect(await call('/user/block.json', { userId })).toMatchObject({ code: 1002 });
    const fields = { userId: 'bob' };
    const errorMessage = 'The parameter minute is required.';
    expect(await call('/user/block.json', fields)).toMatchObject({ code: 1002, errorMessage });
  });
});

it('B10.2 the blocked are listed in UTC, the latest end first, without those whose block is over', async ({
  call,
  send,
  simulator,
}) => {
  const { clock } = simulator.app();
  clock.freeze(start);
  for (const [userId, minutes] of Object.entries({ ann: '1', bob: '30', carol: '20' })) {
    await call('/user/block.json', { userId, minute: minutes });
  }
  await clock.advance(minute);
  const bob = { userId: 'bob', blockEndTime: '2026-11-29 22:30:00' };
  const carol = { userId: 'carol', blockEndTime: '2026-11-29 22:20:00' };
  const list = { code: 200, users: [bob, carol] };
  expect((await send('/user/block/query.json')).body).toEqual(list);
  expect(await call('/user/block/query.json')).toEqual(list);
  expect(await call('/user/block/query.json', { page: '0', size: '1' })).toEqual(list);
  expect(await call('/user/block/query.json', { page: '2', size: '1' })).toEqual({
    code: 200,
    users: [carol],
  });
  expect(await call('/user/block/query.json', { page: '3', size: '1' })).toEqual({ code: 200, users: [] });
});

it('B10.4 tokens from before the given time are refused, later ones are not, and sessions stay', async ({
  call,
  connect,
  dialImlib,
  simulator,
  token,
}) => {
  const { clock } = simulator.app();
  clock.freeze(start);
  const [old, others] = [await token('bob'), await token('carol')];
  const session = await connect({ token: old });
  await clock.advance(1000);
  expect(await call('/user/token/expire.json', { userId: 'bob', time: String(start + 1000) })).toEqual(ok);
  await call('/user/token/expire.json', { userId: 'bob', time: '1' }); // brings no token back
  const refusal = { closeCode: 4001, reason: 'The token has expired.' };
  await expect(connect({ token: old })).rejects.toMatchObject(refusal);
  // A CONNACK whose status the web client shows as 31020.
  const web = dialImlib({ token: old });
  expect([(await web.next()).toString('hex'), await web.closed]).toEqual(['20000a', 4001]);
  await expect(connect({ token: await token('bob') })).resolves.toMatchObject({ userId: 'bob' });
  await expect(connect({ token: others })).resolves.toMatchObject({ userId: 'carol' });
  await session.settle();
  expect(session.closing).toBeUndefined();
});

it('B10.4 a reset brings expired tokens back', async ({ call, connect, simulator, token }) => {
  const old = await token('bob');
  await call('/user/token/expire.json', { userId: 'bob', time: String(Number.MAX_SAFE_INTEGER) });
  await expect(connect({ token: old })).rejects.toMatchObject({ closeCode: 4001 });
  simulator.app().reset();
  await expect(connect({ token: old })).resolves.toMatchObject({ userId: 'bob' });
});

describe('what is known of a user', () => {
  const info = '/user/info.json';

  it('B10.5 comes from the first getToken, the later ones, and refresh', async ({ call, simulator }) => {
    const { clock } = simulator.app();
    clock.freeze(start);
    await call('/user/getToken.json', { userId: 'bob', name: 'Bob' });
    const createTime = '2026-11-29 22:00:00';
    const first = { code: 200, userName: 'Bob', userPortrait: '', createTime };
    expect(await call(info, { userId: 'bob' })).toEqual(first);

    await clock.advance(minute);
    const portraitUri = 'http://portrait.test/bob.png';
    await call('/user/getToken.json', { userId: 'bob', name: '小明', portraitUri });
    const second = { code: 200, userName: '小明', userPortrait: portraitUri, createTime };
    expect(await call(info, { userId: 'bob' })).toEqual(second);

    // As an SDK sends a name that was not given.
    expect(await call('/user/refresh.json', { userId: 'bob', name: '', portraitUri: 'p' })).toEqual(ok);
    expect(await call('/user/refresh.json', { userId: 'bob', name: 'Robert' })).toEqual(ok);
    const third = { code: 200, userName: 'Robert', userPortrait: 'p', createTime };
    expect(await call(info, { userId: 'bob' })).toEqual(third);
  });

  it.for([info, '/user/refresh.json'])('B10.5 is nothing before: %s refuses', async (path, { call }) => {
    const errorMessage = 'userIdunexistedUserId is not exist.';
    expect(await call(path, { userId: 'unexistedUserId', name: 'x' })).toMatchObject({
      code: 1002,
      errorMessage,
    });
  });

  it('B10.5 is forgotten by a reset', async ({ call, simulator, token }) => {
    await token('bob');
    simulator.app().reset();
    expect(await call(info, { userId: 'bob' })).toMatchObject({ code: 1002 });
  });

  it('B10.5 has its limits', async ({ call }) => {
    const [name, portraitUri] = ['😀'.repeat(64), 'p'.repeat(1024)];
    expect(await call('/user/getToken.json', { userId: 'bob', name, portraitUri })).toMatchObject(ok);
    for (const path of ['getToken', 'refresh']) {
      const long = { code: 1005, errorMessage: 'The parameter name is too long: 65 characters, at most 64.' };
      expect(await call(`/user/${path}.json`, { userId: 'bob', name: `${name}x` })).toMatchObject(long);
      const large = {
        code: 1005,
        errorMessage: 'The parameter portraitUri is too long: 1025 bytes, at most 1024.',
      };
      const fields = { userId: 'bob', name, portraitUri: `${portraitUri}x` };
      expect(await call(`/user/${path}.json`, fields)).toMatchObject(large);
    }
  });
});

describe('an allow list', () => {
  it('B10.6 lets only users on it through while it is on, if the flag says so', async ({
    call,
    connect,
    postJson,
    simulator,
  }) => {
    const bob = await connect('bob');
    await call('/user/whitelist/add.json', { userId: 'bob', whiteUserId: ['carol', 'dave'] });
    await call('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'carol' });
    expect(await call('/user/whitesetting/set.json', { userId: ['bob', 'ann'], whiteSetting: '1' })).toEqual(
      ok,
    );
    const publish = async (fromUserId: string, verifyBlacklist: 0 | 1) => {
      const fields = { ...mood, fromUserId, toUserId: 'bob', verifyBlacklist };
      const { report } = await simulator.publish(fields);
      return report.recipients[0]!;
    };
    const blocked = { outcome: 'dropped', reason: 'blocked', allowList: true };
    expect(await publish('alice', 1)).toMatchObject(blocked);
    expect(await publish('alice', 0)).toMatchObject({ outcome: 'delivered' });
    expect(await publish('carol', 1)).toMatchObject({ outcome: 'delivered' });

    const { body } = await postJson('/sim/explain', { ...mood, toUserId: 'bob', verifyBlacklist: 1 });
    expect(body.explanations[0]).toBe(
      '"bob" does not get it: its allow list is on and does not have "alice", and verifyBlacklist is 1 (B10.6).',
    );
    await call('/user/whitelist/remove.json', { userId: 'bob', whiteUserId: 'carol' });
    expect(await publish('carol', 1)).toMatchObject(blocked);
    await call('/user/whitesetting/set.json', { userId: 'bob', whiteSetting: '0' });
    expect(await publish('alice', 1)).toMatchObject({ outcome: 'delivered' });
    expect(await publish('carol', 1)).toEqual(expect.not.objectContaining({ allowList: true }));
    await bob.settle();
    expect(bob.received.map(({ fromUserId }) => fromUserId)).toEqual(['alice', 'carol', 'alice']);
  });

  it('B10.6 is queried, and so is whether it is on', async ({ call, simulator }) => {
    await call('/user/whitelist/add.json', { userId: 'bob', whiteUserId: ['carol', 'dave'] });
    await call('/user/whitesetting/set.json', { userId: 'bob', whiteSetting: '1' });
    expect(await call('/user/whitelist/query.json', { userId: 'bob' })).toEqual({
      code: 200,
      users: ['dave', 'carol'],
    });
    const settings = (bob: string) => ({
      code: 200,
      users: [
        { whiteSetting: '0', userId: 'ann' },
        { whiteSetting: bob, userId: 'bob' },
      ],
    });
    const query = () => call('/user/whitesetting/query.json', { userId: ['ann', 'bob'] });
    expect(await query()).toEqual(settings('1'));
    simulator.app().reset();
    expect(await query()).toEqual(settings('0'));
  });
});

describe('a block list', () => {
  it('B10.7 is read in pages, the latest added first, which what is added meanwhile does not move', async ({
    call,
  }) => {
    const add = (...blackUserId: string[]) =>
      call('/user/blacklist/add.json', { userId: 'bob', blackUserId });
    const query = (fields: FormFields = {}) =>
      call('/user/blacklist/query.json', { userId: 'bob', ...fields });
    await add('u1', 'u2', 'u3', 'u4', 'u5');
    const first = await query({ size: '2' });
    expect(first).toEqual({ code: 200, users: ['u5', 'u4'], next: expect.any(String) });
    await add('u6');
    const second = await query({ size: '2', pageToken: String(first.next) });
    expect(second).toEqual({ code: 200, users: ['u3', 'u2'], next: expect.any(String) });
    const third = await query({ size: '2', pageToken: String(second.next) });
    expect(third).toEqual({ code: 200, users: ['u1'] });
    expect(await query({ size: '6' })).toEqual({ code: 200, users: ['u6', 'u5', 'u4', 'u3', 'u2', 'u1'] });
    const errorMessage = 'The parameter pageToken must be one from an earlier answer.';
    expect(await query({ pageToken: 'made up' })).toMatchObject({ code: 1002, errorMessage });
    expect(await query({ size: '1001' })).toMatchObject({ code: 1002 });
  });

  it.for([
    ['/user/blacklist', 'blackUserId'],
    ['/user/whitelist', 'whiteUserId'],
  ] as const)('B10.7 %s has at most 3000, of which a query gives 1000', async ([path, name], { call }) => {
    const ids = Array.from({ length: 3000 }, (_, index) => `user-${index}`);
    const add = (users: string[]) => call(`${path}/add.json`, { userId: 'bob', [name]: users });
    for (let at = 0; at < ids.length; at += 20) expect(await add(ids.slice(at, at + 20))).toEqual(ok);
    const errorMessage = `The parameter ${name} is too much for the list: 3000 at most.`;
    expect(await add(['one-more'])).toMatchObject({ code: 1002, errorMessage });
    const { users, next } = await call(`${path}/query.json`, { userId: 'bob' });
    expect([(users as string[]).length, typeof next]).toEqual([1000, 'string']);
  });
});
