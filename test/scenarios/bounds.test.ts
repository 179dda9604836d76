import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import { it as base, exchangeRaw, publishPath, typing } from '../fixtures/simulator.ts';

const it = base
  .extend('groupCall', ({ postForm }) => async (path: string, groupId: string, ...userId: string[]) => {
    return (await postForm(`/group/${path}.json`, { groupId, userId })).body;
  })
  .extend('block', ({ postForm }) => async (userId: string, ...blackUserId: string[]) => {
    return (await postForm('/user/blacklist/add.json', { userId, blackUserId })).body;
  })
  /** Sends these bytes, and leaves the connection as it is. */
  .extend('openSocket', ({ simulator }, { onCleanup }) => {
    const sockets: Socket[] = [];
    onCleanup(() => {
      for (const socket of sockets) socket.destroy();
    });
    return async (bytes: string) => {
      const { hostname, port } = new URL(simulator.url);
      const socket = connectSocket(Number(port), hostname);
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write(bytes);
      return socket;
    };
  });

describe('with two apps in open mode', () => {
  it.override('options', { openApps: 2 });

  it('B4.6 a third app is refused, to a request and to a login, and the two are served', async ({
    connect,
    postJson,
  }) => {
    const publishIn = async (appKey: string) => {
      const { status, body } = await postJson('/sim/publish', typing, { 'App-Key': appKey });
      return [status, body.errorMessage];
    };
    const reason = 'The simulator holds 2 apps already, the most it may.';
    const answers = [await publishIn('one'), await publishIn('two'), await publishIn('three')];
    expect(answers).toEqual([
      [200, undefined],
      [200, undefined],
      [400, reason],
    ]);
    const refused = connect({ userId: 'bob', appKey: 'three' });
    await expect(refused).rejects.toMatchObject({ closeCode: 4001, reason });
    expect(await connect({ userId: 'bob', appKey: 'one' })).toMatchObject({ userId: 'bob' });
  });
});

describe('with two sessions for each user, and three in all', () => {
  it.override('options', { sessionsPerUser: 2, sessionsPerApp: 3 });

  it('B4.6 a third session of a user is refused, and says by which option', async ({
    simulator,
    connect,
  }) => {
    await Promise.all([connect('bob'), connect('bob')]);
    await expect(connect('bob')).rejects.toMatchObject({
      closeCode: 4001,
      reason: 'The user has too many sessions: 2 at most (sessionsPerUser).',
    });
    expect(simulator.presence('bob').sessions).toHaveLength(2);
  });

  it('B4.6 a fourth session of the app is refused, and one of another app is not', async ({ connect }) => {
    await Promise.all(['ann', 'bob', 'carol'].map((userId) => connect(userId)));
    const reason = 'The app has too many sessions: 3 at most (sessionsPerApp).';
    await expect(connect('dave')).rejects.toMatchObject({ closeCode: 4001, reason });
    await expect(connect({ userId: 'dave', appKey: 'other' })).resolves.toMatchObject({ userId: 'dave' });
  });

  it('B4.6 a login that takes the place of another is not one more', async ({ simulator }) => {
    const open = (platform?: 'ios') => connectClient(simulator.wsUrl, { userId: 'bob', platform });
    const first = await open('ios');
    await open();
    await open('ios');
    await expect(first.closed).resolves.toMatchObject({ code: 4010 });
  });

  it('B4.6 a session that has ended makes room', async ({ connect }) => {
    const clients = await Promise.all([connect('bob'), connect('bob')]);
    await clients[0].close();
    await expect(connect('bob')).resolves.toMatchObject({ userId: 'bob' });
  });
});

describe('with groups of two, and three members in all', () => {
  it.override('options', { groupMembers: 2, groupMembersPerApp: 3 });

  it('B4.6 a group takes no third member, nor any of those with it', async ({ groupCall }) => {
    await groupCall('create', 'team', 'ann');
    const errorMessage = 'The parameter userId is too much for the group: 2 at most (groupMembers).';
    expect(await groupCall('join', 'team', 'bob', 'carol')).toMatchObject({ code: 1002, errorMessage });
    expect(await groupCall('user/query', 'team', 'x')).toMatchObject({ users: [{ id: 'ann' }] });
  });

  it('B4.6 who is a member already is none more', async ({ groupCall }) => {
    await groupCall('create', 'team', 'ann', 'bob');
    expect(await groupCall('join', 'team', 'bob', 'ann')).toEqual({ code: 200 });
  });

  it('B4.6 the groups of an app take no fourth member', async ({ groupCall }) => {
    await groupCall('create', 'one', 'ann', 'bob');
    await groupCall('create', 'two', 'ann');
    const errorMessage =
      "The parameter userId is too much for the app's groups: 3 at most (groupMembersPerApp).";
    expect(await groupCall('join', 'two', 'bob')).toMatchObject({ code: 1002, errorMessage });
  });

  const ways = { quit: ['one', 'ann', 'bob'], dismiss: ['one', 'ann'] } as const;

  it.for(Object.entries(ways))(
    'B4.6 to %s makes room',
    async ([path, [groupId, ...userIds]], { groupCall }) => {
      await groupCall('create', 'one', 'ann', 'bob');
      await groupCall(path, groupId, ...userIds);
      expect(await groupCall('create', 'two', 'ann', 'bob')).toEqual({ code: 200 });
      expect(await groupCall('create', 'three', 'ann')).toEqual({ code: 200 });
    },
  );

  it('B4.6 a reset makes room', async ({ groupCall, simulator }) => {
    await groupCall('create', 'one', 'ann', 'bob');
    simulator.app().reset();
    expect(await groupCall('create', 'two', 'ann', 'bob')).toEqual({ code: 200 });
  });
});

describe('with blacklists of three entries in all', () => {
  it.override('options', { blacklisted: 3 });

  it('B4.6 a fourth is refused, and all that came with it', async ({ block, postForm }) => {
    await block('ann', 'x', 'y');
    const errorMessage =
      "The parameter blackUserId is too much for the app's blacklists: 3 at most (blacklisted).";
    expect(await block('bob', 'x', 'y')).toMatchObject({ code: 1002, errorMessage });
    expect((await postForm('/user/blacklist/query.json', { userId: 'bob' })).body).toMatchObject({
      users: [],
    });
  });

  it('B4.6 who is blocked already is none more', async ({ block }) => {
    await block('ann', 'x', 'y', 'z');
    expect(await block('ann', 'z', 'x')).toEqual({ code: 200 });
  });

  it('B4.6 who is taken off a list makes room, and so does a reset', async ({
    block,
    postForm,
    simulator,
  }) => {
    await block('ann', 'x', 'y', 'z');
    await postForm('/user/blacklist/remove.json', { userId: 'ann', blackUserId: ['x', 'nobody'] });
    expect(await block('bob', 'x')).toEqual({ code: 200 });
    simulator.app().reset();
    expect(await block('bob', 'x', 'y', 'z')).toEqual({ code: 200 });
  });
});

describe('with one reader of the trace', () => {
  it.override('options', { traceReaders: 1 });

  it('B4.6 a second one is refused until the first one is gone', async ({ simulator, send }) => {
    const first = await fetch(`${simulator.url}/sim/trace`);
    expect((await send('/sim/trace', { method: 'GET' })).body).toMatchObject({
      code: 1002,
      errorMessage: 'The trace has too many readers: 1 at most (traceReaders).',
    });
    await first.body?.cancel();
  });
});

describe('with little time for a request', () => {
  it.override('options', { requestTimeoutMs: 200 });

  const slow = {
    'says nothing': '',
    'stops in its first line': 'POST /user',
    'stops in a header': 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
    'stops in its body': `POST ${publishPath} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nfromUserId=`,
    'stops in a WebSocket handshake':
      'GET /connect?userId=bob HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n',
  };

  it.for(Object.entries(slow))(
    'B4.6 who %s is answered 1050, and let go',
    async ([, bytes], { openSocket }) => {
      const socket = await openSocket(bytes);
      const answer = await text(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 504 /);
      expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toEqual({
        code: 1050,
        errorMessage: 'The request was not complete within 200 ms (requestTimeoutMs).',
        url: '',
      });
    },
  );
});

it('B4.6 a thousand who dawdle keep nobody else waiting', async ({ openSocket, connect, publish }) => {
  await Promise.all(Array.from({ length: 1000 }, () => openSocket('GET / HTTP/1.1\r\nX-Slow: ')));
  const bob = await connect('bob');
  expect((await publish()).status).toBe(200);
  await expect(bob.next()).resolves.toMatchObject({ fromUserId: typing.fromUserId });
});

it('B4.6 a head of over 16 KiB is refused in the usual shape', async ({ simulator }) => {
  const answer = await exchangeRaw(
    simulator.url,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
  );
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ code: 1002 });
});
