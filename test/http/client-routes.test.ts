import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { Inbox } from '../../client-sim/inbox.ts';
import type { ErrorBody } from '../../server/protocol/error-codes.ts';
import type { EchoFrame, RecipientUID, StatusFrame } from '../../server/protocol/frames.ts';
import { whileCollecting } from '../fixtures/garbage.ts';
import { app, it as base, typing } from '../fixtures/simulator.ts';

/** All that the answers of these calls may hold. */
interface ClientAnswer extends ErrorBody {
  id: string;
  userId: string;
  sessionId: string;
  frames: (StatusFrame | EchoFrame)[];
  discarded: number;
  open: boolean;
  closing: { code: number; reason: string };
  clients: object[];
  messageUIDs: RecipientUID[];
}

const it = base
  /** A call of these, answered. */
  .extend('call', ({ simulator, appKey }) => {
    return async (method: string, path: string, body?: object, more: Record<string, string> = {}) => {
      const headers = { ...(appKey === undefined ? {} : { 'App-Key': appKey }), ...more };
      const json = body && {
        body: JSON.stringify(body),
        headers: { ...headers, 'Content-Type': 'application/json' },
      };
      const response = await fetch(`${simulator.url}/sim/clients${path}`, { method, headers, ...json });
      const answer = (await response.json()) as ClientAnswer;
      return { status: response.status, headers: response.headers, body: answer };
    };
  })
  /** Lets the simulator bring a user online; gives the id of the client. */
  .extend('host', ({ call }) => async (userId: string, platform?: string) => {
    return (await call('POST', '', { userId, platform })).body.id;
  })
  .extend('inbox', ({ call }) => async (id: string, query: Record<string, string> = {}) => {
    return (await call('GET', `/${id}/inbox?${new URLSearchParams(query)}`)).body;
  })
  .extend(
    'settle',
    ({ call }) =>
      (id: string) =>
        call('POST', `/${id}/settle`),
  );
/** With a simulator of its own. */
const alone = it.extend('options', {});

/** Publishes with these fields, as a back end or a test would. */
const mood = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

describe('POST /sim/clients', () => {
  it('B6.4 answers who came online', async ({ call, simulator }) => {
    const { status, body } = await call('POST', '', { userId: 'bob' });
    const [session] = simulator.presence('bob').sessions;
    expect({ status, body }).toEqual({
      status: 200,
      body: { code: 200, id: '1', userId: 'bob', sessionId: session!.sessionId },
    });
  });

  it('B6.4 logs in from a platform', async ({ host, simulator }) => {
    await host('bob', 'ios');
    expect(simulator.presence('bob').sessions).toMatchObject([{ platform: 'ios' }]);
  });

  it('B6.4 takes any id of a user', async ({ call, simulator }) => {
    const { body } = await call('POST', '', { userId: '猫&x=1 +%#?' });
    expect([body.userId, simulator.presence('猫&x=1 +%#?').online]).toEqual(['猫&x=1 +%#?', true]);
  });

  it('B5.2 is kicked by a later login of the same class', async ({ host, inbox }) => {
    const first = await host('bob', 'ios');
    await host('bob', 'android');
    expect(await inbox(first, { waitMs: '5000' })).toMatchObject({ open: false, closing: { code: 4010 } });
  });

  const mistakes = [
    ['nothing', {}, 1002, 'The parameter userId is required.'],
    ['an empty userId', { userId: '' }, 1002, 'The parameter userId is required.'],
    ['a userId that is no text', { userId: 7 }, 1002, 'The parameter userId must be a text.'],
    [
      'a userId too long',
      { userId: 'x'.repeat(65) },
      1005,
      'The parameter userId is too long: 65 characters, at most 64.',
    ],
    [
      'an unknown platform',
      { userId: 'bob', platform: 'fax' },
      1002,
      expect.stringMatching(/^The parameter platform must be .*ios, android, .*\.$/),
    ],
    [
      'a platform that is no text',
      { userId: 'bob', platform: 7 },
      1002,
      'The parameter platform must be ios, android, harmony, web, desktop or miniprogram.',
    ],
  ] as const;

  it.for(mistakes)('B6.4 refuses %s', async ([, fields, code, errorMessage], { call }) => {
    const { status, body } = await call('POST', '', fields);
    expect({ status, body }).toEqual({ status: 400, body: { code, errorMessage, url: '/sim/clients' } });
  });

  it('B6.4 keeps nothing of a client that was refused', async ({ call }) => {
    await call('POST', '', { userId: 'bob', platform: 'fax' });
    expect((await call('GET', '')).body.clients).toEqual([]);
  });

  describe('with room for two', () => {
    it.override('options', { hostedClients: 2 });

    it('B6.4 refuses a third', async ({ host, call }) => {
      await host('bob');
      await host('bob');
      expect(await call('POST', '', { userId: 'carol' })).toMatchObject({
        status: 400,
        body: {
          code: 1002,
          errorMessage:
            'The app has 2 simulated clients already, the most it may: DELETE one, or reset the app.',
        },
      });
    });

    it('B6.4 lets no more in that come at the same time', async ({ call }) => {
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((userId) => call('POST', '', { userId })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 400, 400]);
    });

    it('B6.4 has room again when one has gone', async ({ host, call }) => {
      await host('bob');
      await call('DELETE', `/${await host('bob')}`);
      expect(await call('POST', '', { userId: 'bob' })).toMatchObject({ status: 200 });
    });

    it('B6.4 has room again when one was refused', async ({ host, call }) => {
      await host('bob');
      await call('POST', '', { userId: 'bob', platform: 'fax' });
      expect(await call('POST', '', { userId: 'bob' })).toMatchObject({ status: 200 });
    });
  });
});

describe('GET /sim/clients', () => {
  it('B6.4 lists who is there, and who was', async ({ host, call, settle, simulator }) => {
    await host('bob', 'ios');
    await host('bob', 'android');
    simulator.publish(mood);
    await Promise.all(['1', '2'].map(settle));
    expect((await call('GET', '')).body.clients).toMatchObject([
      { id: '1', userId: 'bob', received: 0, open: false, closing: { code: 4010 } },
      { id: '2', userId: 'bob', received: 1, open: true },
    ]);
  });

  alone('B4.1 lists the clients of its own app', async ({ call }) => {
    await call('POST', '', { userId: 'bob' }, { 'App-Key': 'one' });
    expect((await call('GET', '', undefined, { 'App-Key': 'two' })).body.clients).toEqual([]);
  });
});

describe('GET /sim/clients/:id/inbox', () => {
  it('B6.4 holds what has arrived, to the letter', async ({ host, inbox, settle, simulator }) => {
    const bob = await host('bob');
    const content = '{"content": "你好 👋🏽"}';
    const { messageUIDs } = simulator.publish({ ...mood, content });
    await settle(bob);
    expect(await inbox(bob)).toEqual({
      code: 200,
      frames: [
        {
          type: 'status',
          messageUID: messageUIDs[0]!.messageUID,
          channelType: 'PERSON',
          fromUserId: 'alice',
          objectName: 'app:mood',
          content,
          sentTime: expect.any(Number),
        },
      ],
      discarded: 0,
      open: true,
    });
  });

  it("B1.6 holds the sender's own copy", async ({ host, inbox, settle, simulator }) => {
    const alice = await host('alice');
    const { messageUIDs } = simulator.publish({ ...mood, isIncludeSender: 1 });
    await settle(alice);
    expect((await inbox(alice)).frames).toMatchObject([{ type: 'echo', messageUIDs }]);
  });

  it('B1.2 shows that a message never came to who was not there', async ({
    host,
    inbox,
    settle,
    simulator,
  }) => {
    simulator.publish(mood);
    const bob = await host('bob');
    await settle(bob);
    expect((await inbox(bob)).frames).toEqual([]);
  });

  it('B6.4 loses nothing by being looked at', async ({ host, inbox, settle, simulator }) => {
    const bob = await host('bob');
    simulator.publish(mood);
    await settle(bob);
    expect((await inbox(bob)).frames).toEqual((await inbox(bob)).frames);
  });

  it('B6.4 shows those frames that match', async ({ host, inbox, settle, simulator }) => {
    const bob = await host('bob');
    for (const fromUserId of ['alice', 'carol', 'alice']) simulator.publish({ ...mood, fromUserId });
    await settle(bob);
    const { frames } = await inbox(bob, { match: '{"fromUserId":"carol"}' });
    expect(frames.map(({ fromUserId }) => fromUserId)).toEqual(['carol']);
  });

  it('B6.4 is answered as soon as a matching frame has arrived', async ({ host, inbox, simulator }) => {
    const bob = await host('bob');
    const found = inbox(bob, { match: '{"content":"second"}', waitMs: '60000' });
    for (const content of ['first', 'second']) simulator.publish({ ...mood, content });
    expect((await found).frames).toMatchObject([{ content: 'second' }]);
  });

  it('B6.4 is empty when the time is up', async ({ host, inbox, settle, simulator }) => {
    const bob = await host('bob');
    simulator.publish(mood);
    await settle(bob);
    expect((await inbox(bob, { match: '{"content":"other"}', waitMs: '1' })).frames).toEqual([]);
  });

  it('B6.4 is waited for in real time, even when the clock of the app stands still', async ({
    host,
    inbox,
    simulator,
  }) => {
    const bob = await host('bob');
    simulator.app().clock.freeze();
    expect((await inbox(bob, { waitMs: '1' })).frames).toEqual([]);
  });

  it('B6.4 is answered in time, whatever the garbage collection does', async ({ host, inbox }) => {
    const bob = await host('bob');
    expect(await whileCollecting(inbox(bob, { waitMs: '300' }))).toMatchObject({ code: 200, frames: [] });
  });

  it('B6.4 is not waited for when the session has ended', async ({ host, inbox, send }) => {
    const bob = await host('bob');
    const found = inbox(bob, { waitMs: '60000' });
    await send('/sim/sessions/bob', { method: 'DELETE' });
    expect(await found).toMatchObject({
      frames: [],
      open: false,
      closing: { code: 4011, reason: 'Disconnected by /sim.' },
    });
  });

  it('B6.4 is no longer waited for when the caller has gone', async ({ host, simulator, appKey }) => {
    const bob = await host('bob');
    const { look } = Inbox.prototype;
    const spy = vi.spyOn(Inbox.prototype, 'look');
    onTestFinished(() => spy.mockRestore());
    const begun = new Promise<{ found: ReturnType<typeof look> }>((resolve) => {
      spy.mockImplementation(function (this: Inbox, ...wanted) {
        const found = look.apply(this, wanted);
        resolve({ found });
        return found;
      });
    });
    const caller = new AbortController();
    const { signal } = caller;
    const inbox = `${simulator.url}/sim/clients/${bob}/inbox?waitMs=60000`;
    const call = fetch(inbox, { headers: { 'App-Key': appKey! }, signal }).catch(() => {});
    const { found } = await begun;
    caller.abort();
    await call;
    await expect(found).resolves.toEqual([]);
  });

  it('B6.4 outlives the session', async ({ host, inbox, simulator }) => {
    const bob = await host('bob', 'ios');
    simulator.publish(mood);
    await host('bob', 'ios');
    expect(await inbox(bob, { match: '{}', waitMs: '60000' })).toMatchObject({
      frames: [{ content: 'fine' }],
    });
  });

  const wrongQueries = [
    [{ waitMs: 'soon' }, 'The parameter waitMs must be a whole number from 0 to 60000.'],
    [{ waitMs: '' }, 'The parameter waitMs is required.'],
    [{ waitMs: '-1' }, 'The parameter waitMs must be a whole number from 0 to 60000.'],
    [{ waitMs: '1.5' }, 'The parameter waitMs must be a whole number from 0 to 60000.'],
    [{ waitMs: '60001' }, 'The parameter waitMs must be a whole number from 0 to 60000.'],
    [{ match: '' }, 'The parameter match is required.'],
    [{ match: 'bob' }, 'The parameter match is not JSON.'],
    [{ match: '{"from":"bob"}' }, expect.stringContaining('"from", which no frame has')],
  ] as const;

  it.for(wrongQueries)('B6.4 refuses the query %j', async ([query, errorMessage], { host, inbox }) => {
    const bob = await host('bob');
    expect(await inbox(bob, query)).toEqual({ code: 1002, errorMessage, url: '/sim/clients/1/inbox' });
  });

  it('B6.4 refuses a waitMs that comes twice', async ({ host, call }) => {
    const { body } = await call('GET', `/${await host('bob')}/inbox?waitMs=1&waitMs=2`);
    expect(body.errorMessage).toBe('The parameter waitMs was sent twice with different values.');
  });

  describe('with room for 1000 bytes', () => {
    it.override('options', { inboxBytes: 1000 });

    it('B6.4 is waited for when a frame comes that is too large to be kept', async ({
      host,
      inbox,
      simulator,
    }) => {
      const bob = await host('bob');
      const found = inbox(bob, { waitMs: '60000' });
      for (const content of ['x'.repeat(1000), 'fine']) simulator.publish({ ...mood, content });
      expect(await found).toMatchObject({ frames: [{ content: 'fine' }], discarded: 1 });
    });
  });

  describe('with room for three frames', () => {
    it.override('options', { inboxFrames: 3 });

    it('B6.4 lets the oldest go, and counts them', async ({ host, inbox, settle, simulator }) => {
      const bob = await host('bob');
      for (const content of ['a', 'b', 'c', 'd', 'e']) simulator.publish({ ...mood, content });
      await settle(bob);
      const { frames, discarded } = await inbox(bob);
      expect([frames.map(({ content }) => content).join(''), discarded]).toEqual(['cde', 2]);
    });
  });
});

describe('POST /sim/clients/:id/settle', () => {
  it('B6.4 answers when all has arrived', async ({ host, call, inbox, simulator }) => {
    const bob = await host('bob');
    for (let count = 0; count < 1000; count++) simulator.publish(mood);
    const { status, body } = await call('POST', `/${bob}/settle`, {});
    expect([status, body, (await inbox(bob)).frames.length]).toEqual([200, { code: 200 }, 1000]);
  });

  it('B6.4 does not answer for what has not arrived', async ({ host, call, simulator }) => {
    const bob = await host('bob');
    simulator.app().faults.set({ fault: 'half-open', userId: 'bob' });
    expect(await call('POST', `/${bob}/settle`, { timeoutMs: 50 })).toMatchObject({
      status: 504,
      body: { code: 1050, errorMessage: 'The client "1" of "bob" got no answer within 50 ms.' },
    });
  });

  it('B6.4 is over at once when the session has ended', async ({ host, settle, send }) => {
    const bob = await host('bob');
    await send('/sim/sessions/bob', { method: 'DELETE' });
    expect(await settle(bob)).toMatchObject({ status: 200 });
  });

  it.for([0, 60_001, 1.5, '5'])('B6.4 refuses the timeoutMs %j', async (timeoutMs, { host, call }) => {
    const { body } = await call('POST', `/${await host('bob')}/settle`, { timeoutMs });
    expect(body.errorMessage).toBe('The parameter timeoutMs must be a whole number from 1 to 60000.');
  });

  it('B6.4 is also done by the barrier of the app', async ({ host, inbox, postJson, simulator }) => {
    const bob = await host('bob');
    simulator.publish(mood);
    await postJson('/sim/settle', {});
    expect((await inbox(bob)).frames).toHaveLength(1);
  });
});

describe('POST /sim/clients/:id/publish', () => {
  const upstream = { toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

  it('B5.8 publishes as the user of the client', async ({ host, call, connect }) => {
    const bob = await connect('bob');
    const { status, body } = await call('POST', `/${await host('alice')}/publish`, upstream);
    const frame = await bob.next({ type: 'status' });
    expect([status, body]).toEqual([
      200,
      { code: 200, messageUIDs: [{ userId: 'bob', messageUID: frame.messageUID }] },
    ]);
    expect(frame.fromUserId).toBe('alice');
  });

  it('B5.9 echoes to the other sessions of the user', async ({ host, call, inbox, settle }) => {
    const [phone, laptop] = [await host('alice', 'ios'), await host('alice', 'desktop')];
    await call('POST', `/${phone}/publish`, { ...upstream, isIncludeSender: 1 });
    await Promise.all([settle(phone), settle(laptop)]);
    expect([(await inbox(phone)).frames, (await inbox(laptop)).frames]).toMatchObject([
      [],
      [{ type: 'echo' }],
    ]);
  });

  it('B3.5 is refused like any publish', async ({ host, call }) => {
    const answer = await call('POST', `/${await host('alice')}/publish`, {
      ...upstream,
      objectName: 'RC:Nope',
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 1002,
        errorMessage: expect.stringContaining('objectName'),
        url: '/sim/clients/1/publish',
      },
    });
  });

  it('B3.4 is refused with the status of its code', async ({ host, call }) => {
    const content = 'x'.repeat(131_073);
    const answer = await call('POST', `/${await host('alice')}/publish`, { ...upstream, content });
    expect(answer).toMatchObject({ status: 400, body: { code: 1005 } });
  });

  it('B3.2 is refused without a body', async ({ host, call }) => {
    const answer = await call('POST', `/${await host('alice')}/publish`);
    expect(answer).toMatchObject({
      status: 400,
      body: { errorMessage: 'The parameter toUserId is required.' },
    });
  });

  it('B6.4 is refused with a body that is no object', async ({ host, call }) => {
    const answer = await call('POST', `/${await host('alice')}/publish`, ['bob']);
    expect(answer).toMatchObject({ status: 400, body: { errorMessage: 'The body must be a JSON object.' } });
  });

  it('B6.4 says that the client is offline', async ({ host, call, send }) => {
    const alice = await host('alice');
    await send('/sim/sessions/alice', { method: 'DELETE' });
    expect((await call('POST', `/${alice}/publish`, upstream)).body).toMatchObject({
      code: 1002,
      errorMessage: 'The client "1" of "alice" is offline: its session ended with 4011.',
    });
  });

  describe('once a second', () => {
    it.override('options', { upstreamPerSecond: 1 });

    it('B5.13 is refused with 1008 over the rate', async ({ host, call, simulator }) => {
      simulator.app().clock.freeze();
      const alice = await host('alice');
      await call('POST', `/${alice}/publish`, upstream);
      expect(await call('POST', `/${alice}/publish`, upstream)).toMatchObject({
        status: 429,
        body: { code: 1008 },
      });
    });
  });
});

describe('DELETE /sim/clients/:id', () => {
  it('B6.4 takes the user offline by the time it is answered', async ({ host, call, simulator }) => {
    const { status, body } = await call('DELETE', `/${await host('bob')}`);
    expect([status, body, simulator.presence('bob').online]).toEqual([200, { code: 200 }, false]);
  });

  it('B6.4 leaves the other sessions of the user', async ({ host, call, simulator }) => {
    await host('bob');
    await call('DELETE', `/${await host('bob')}`);
    expect(simulator.presence('bob').sessions).toHaveLength(1);
  });

  it('B6.4 forgets the client', async ({ host, call, inbox }) => {
    const bob = await host('bob');
    await call('DELETE', `/${bob}`);
    expect(await inbox(bob)).toMatchObject({ code: 404 });
  });

  it('B6.4 gives its id to no other', async ({ host, call }) => {
    const bob = await host('bob');
    await call('DELETE', `/${bob}`);
    expect(await host('bob')).not.toBe(bob);
  });
});

const callsById = [
  ['GET', 'nobody/inbox'],
  ['POST', 'nobody/settle'],
  ['POST', 'nobody/publish'],
  ['DELETE', 'nobody'],
] as const;

it.for(callsById)('B6.4 %s /sim/clients/%s is a 404 with a sentence', async ([method, path], { call }) => {
  const { status, body } = await call(method, `/${path}`);
  expect({ status, body }).toEqual({
    status: 404,
    body: {
      code: 404,
      errorMessage: 'The app has no simulated client with the id "nobody".',
      url: `/sim/clients/${path}`,
    },
  });
});

it('B4.1 the id of a client says nothing in another app', async ({ host, call }) => {
  const bob = await host('bob');
  const answer = await call('GET', `/${bob}/inbox`, undefined, { 'App-Key': 'other' });
  expect(answer).toMatchObject({ status: 404 });
});

describe('the end', () => {
  it('B6.4 at a reset all clients go', async ({ host, call, postJson, simulator }) => {
    await host('bob');
    await postJson('/sim/reset', {});
    expect([(await call('GET', '')).body.clients, simulator.presence('bob').online]).toEqual([[], false]);
  });

  alone('B6.4 at a reset of one app the clients of another stay', async ({ call, simulator }) => {
    await call('POST', '', { userId: 'bob' }, { 'App-Key': 'one' });
    simulator.app('two').reset();
    const { body } = await call('GET', '', undefined, { 'App-Key': 'one' });
    expect(body.clients).toMatchObject([{ userId: 'bob', open: true }]);
  });

  it('B6.4 at a reset a long look into an inbox is answered', async ({ host, inbox, simulator }) => {
    const bob = await host('bob');
    const found = inbox(bob, { waitMs: '60000' });
    await inbox(bob); // by then the other look waits
    simulator.app().reset();
    expect(await found).toMatchObject({ code: 200, frames: [], open: false });
  });

  it('B6.4 as an app closes its clients go', async ({ host, call, simulator }) => {
    await host('bob');
    simulator.app().close();
    expect((await call('GET', '')).body.clients).toEqual([]);
  });

  alone('B6.4 as the simulator closes they get 1001, like any client', async ({ host, simulator }) => {
    await host('bob');
    const closed = new Promise((resolve) => simulator.on('session', resolve));
    await simulator.close();
    await expect(closed).resolves.toMatchObject({ userId: 'bob', state: 'closed', code: 1001 });
  });
});

it('B5.7 a client answers pings: a day on the clock does not end it', async ({ host, inbox, simulator }) => {
  const bob = await host('bob');
  const { clock } = simulator.app();
  clock.freeze();
  await clock.advance(24 * 60 * 60 * 1000);
  expect(await inbox(bob)).toMatchObject({ open: true });
});

describe('with an app configured', () => {
  it.override('options', { apps: [app], adminToken: 'let-me-in' });
  const admin = { Authorization: 'Bearer let-me-in' };

  it('B4.2 a client comes in with a token of its own', async ({ call, simulator }) => {
    await call('POST', '', { userId: 'bob' }, admin);
    expect(simulator.presence('bob').online).toBe(true);
  });

  it('B4.4 none comes in without the admin token', async ({ call }) => {
    expect(await call('POST', '', { userId: 'bob' })).toMatchObject({ status: 401, body: { code: 1007 } });
  });
});

describe('with IPv6', () => {
  it.override('options', { host: '::1' });

  const hasIPv6 = Object.values(networkInterfaces())
    .flat()
    .some((each) => each?.address === '::1');

  it.skipIf(!hasIPv6)('B6.4 a client finds the simulator', async ({ host, simulator }) => {
    await host('bob');
    expect(simulator.presence('bob').online).toBe(true);
  });
});

describe('on all addresses', () => {
  it.override('options', { host: '0.0.0.0', apps: [app], adminToken: 'let-me-in' });

  it('B6.4 a client finds the simulator', async ({ call, simulator }) => {
    await call('POST', '', { userId: 'bob' }, { Authorization: 'Bearer let-me-in' });
    expect(simulator.presence('bob').online).toBe(true);
  });
});

it('B6.4 what a client gets is what everybody gets', async ({ host, inbox, settle, connect, postJson }) => {
  const [hosted, bob] = [await host('bob'), await connect('bob')];
  await postJson('/sim/publish', typing);
  await Promise.all([settle(hosted), bob.settle()]);
  expect((await inbox(hosted)).frames).toEqual(bob.received);
});
