import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type Field, readFields } from '../../server/gateway/imlib/protobuf.ts';
import type { SessionEvent } from '../../server/index.ts';
import { holds } from '../fixtures/property.ts';
import { app, signedHeaders, typing } from '../fixtures/simulator.ts';
import { frameOf, it, mood, short } from './raw-imlib.ts';

/** With a simulator of its own. */
const alone = it.extend('options', {});

const noon = Date.UTC(2026, 0, 1, 12);
const second = Buffer.from('695661c0', 'hex');

describe('login', () => {
  it('C3 a login is answered with the user, the session and the time', async ({ simulator, dialImlib }) => {
    const { clock, token } = simulator.app();
    clock.freeze(noon);
    const opened = new Promise<SessionEvent>((resolve) => simulator.on('session', resolve));
    const alice = dialImlib({ token: token('alice') });
    const time = Buffer.from('0000019b796dd600', 'hex');
    const { sessionId } = await opened;
    expect(await alice.next()).toEqual(frameOf(0x20, Buffer.from([0, 0]), 'alice', sessionId, time));
  });

  it('C3 a client is one of the class web', async ({ simulator, openImlib }) => {
    await openImlib('alice');
    expect(simulator.presence('alice').sessions).toMatchObject([{ platform: 'web' }]);
  });

  const refused: { who: string; query: Record<string, string>; status: number }[] = [
    { who: 'another version of the protocol', query: { protocolVer: '4' }, status: 1 },
    { who: 'no token', query: {}, status: 4 },
    { who: 'an invented token', query: { token: 'MAo+IhwqEO3+h/DdXg1w6m20V27XsDF2Dx+' }, status: 4 },
    { who: 'an App-Key that is too long', query: { appId: 'x'.repeat(65) }, status: 2 },
  ];

  it.for(refused)('C3 $who is refused with the status $status', async ({ query, status }, { dialImlib }) => {
    const client = dialImlib(query);
    expect([await client.next(), await client.closed]).toEqual([Buffer.from([0x20, 0, status]), 4001]);
  });

  alone("C3 another app's token is refused with the status 4", async ({ simulator, dialImlib }) => {
    const client = dialImlib({ token: simulator.app('other').token('alice') });
    expect(await client.next()).toEqual(Buffer.from([0x20, 0, 4]));
  });

  it.for(['', '@', '@http://elsewhere.test'])(
    'C3 it is all the same whether "%s" stands behind a token',
    async (address, { simulator, dialImlib }) => {
      const [token] = simulator.app().token('alice').split('@');
      await dialImlib({ token: `${token}${address}` }).next();
      expect(simulator.presence('alice').online).toBe(true);
    },
  );

  it('C3 who is refused was never online', async ({ simulator, dialImlib }) => {
    const events: unknown[] = [];
    simulator.on('session', (event) => events.push(event));
    await dialImlib({ token: 'none' }).closed;
    expect(events).toEqual([]);
  });
});

describe('login to a configured app', () => {
  it.override('options', { apps: [app], tokenTtlMs: 60_000 });

  it('C3 a token of the app lets its user in', async ({ simulator, dialImlib, postForm }) => {
    const { body } = await postForm(
      '/user/getToken.json',
      { userId: 'alice', name: 'A name' },
      signedHeaders(app),
    );
    await dialImlib({ appId: app.key, token: body.token }).next();
    expect(simulator.presence('alice').online).toBe(true);
  });

  it('C3 an expired token is refused with the status 10', async ({ simulator, dialImlib }) => {
    const { clock, token } = simulator.app();
    const expired = token('alice');
    await clock.advance(60_001);
    const client = dialImlib({ appId: app.key, token: expired });
    expect(await client.next()).toEqual(Buffer.from([0x20, 0, 10]));
  });

  it('C3 an App-Key of no app is refused with the status 2', async ({ dialImlib }) => {
    const client = dialImlib({ appId: 'unknown' });
    expect(await client.next()).toEqual(Buffer.from([0x20, 0, 2]));
  });
});

describe('what a client sends', () => {
  it.override('options', { recipientsPerMinute: 1 });

  it('C7 a status message to a user reaches clients of both kinds', async ({ connect, openImlib }) => {
    const [alice, carol] = await Promise.all(['alice', 'bob'].map(openImlib));
    const bob = await connect('bob');
    alice!.publish('ppMsgS', 'bob', 1, ...mood());
    const expected = { channelType: 'PERSON', fromUserId: 'alice', objectName: 'app:mood', content: 'fine' };
    expect(await bob.next()).toMatchObject(expected);
    expect(contentOf(await carol!.next())).toBe('fine');
  });

  it('C7 a status message to a group reaches its other members', async ({ postForm, connect, openImlib }) => {
    await postForm('/group/create.json', { userId: ['alice', 'bob'], groupId: 'team' });
    const alice = await openImlib('alice');
    const bob = await connect('bob');
    alice.publish('pgMsgS', 'team', 1, ...mood());
    expect(await bob.next()).toMatchObject({ channelType: 'GROUP', groupId: 'team', content: 'fine' });
    expect(await alice.settle()).toEqual([]);
  });

  it('C7 a status message that goes on its way is not confirmed, and has no echo', async ({ openImlib }) => {
    const alice = await openImlib('alice');
    alice.publish('ppMsgS', 'bob', 1, ...mood());
    expect(await alice.settle()).toEqual([]);
  });

  it('C7 who blocks the sender gets nothing', async ({ simulator, postForm, connect, openImlib }) => {
    await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
    const bob = await connect('bob');
    const alice = await openImlib('alice');
    const published = new Promise((resolve) => simulator.on('publish', resolve));
    alice.publish('ppMsgS', 'bob', 1, ...mood());
    const recipients = [{ outcome: 'dropped', reason: 'blocked' }];
    expect(await published).toMatchObject({ via: 'client', report: { recipients } });
    await bob.settle();
    expect(bob.received).toEqual([]);
  });

  it("C7 a client's own publishes to groups leave the app's rate alone", async ({ openImlib, postJson }) => {
    const alice = await openImlib('alice');
    for (let id = 0; id < 20; id++) alice.publish('pgMsgS', 'team', id, ...mood());
    await alice.settle();
    const toGroup = { fromUserId: 'bob', toGroupId: 'team', objectName: 'app:mood', content: 'fine' };
    expect(await postJson('/sim/publish', toGroup)).toMatchObject({ status: 200 });
  });

  it("C7 a client's own publishes to users do so, too", async ({ simulator, openImlib }) => {
    const alice = await openImlib('alice');
    for (let id = 0; id < 3; id++) alice.publish('ppMsgS', 'bob', id, ...mood());
    await alice.settle();
    expect(simulator.publish(typing).messageUIDs).toHaveLength(1);
  });

  it("C7 an address behind the id of a user is the user's", async ({ connect, openImlib }) => {
    const [alice, bob] = [await openImlib('alice'), await connect('bob@home.test')];
    alice.publish('ppMsgS', 'bob@home.test', 1, ...mood());
    expect(await bob.next()).toMatchObject({ content: 'fine' });
  });
});

describe('what a client sends to be stored, with the option `stored`', () => {
  it.override('options', { stored: 'online' });

  it('C7 is confirmed with its messageUID and time, and reaches who is online', async ({
    simulator,
    connect,
    openImlib,
  }) => {
    simulator.app().clock.freeze(noon + 258);
    const [alice, bob] = [await openImlib('alice'), await connect('bob')];
    alice.publish('ppMsgP', 'bob', 0x0102, ...mood());
    const frame = await bob.next();
    expect(frame).toMatchObject({ channelType: 'PERSON', content: 'fine', stored: true });
    const { messageUID } = frame as { messageUID: string };
    const answer = frameOf(0x40, short(0x0102), second, short(0), short(258), messageUID);
    expect(await alice.settle()).toEqual([answer]);
  });

  it('C7 in a group it reaches all others, or those it names', async ({ postForm, connect, openImlib }) => {
    await postForm('/group/create.json', { userId: ['alice', 'bob', 'carol'], groupId: 'team' });
    const alice = await openImlib('alice');
    const others = [await connect('bob'), await connect('carol')];
    alice.publish('pgMsgP', 'team', 1, ...mood());
    alice.publish('pgMsgP', 'team', 2, ...mood('only you'), [6, 'carol']);
    expect((await alice.settle()).map(statusOf)).toEqual([0, 0]);
    await Promise.all(others.map((other) => other.settle()));
    const contents = others.map(({ received }) => received.map(({ content }) => content));
    expect(contents).toEqual([['fine'], ['fine', 'only you']]);
  });

  it('C7 who blocks the sender gets nothing, and a status message is as ever', async ({
    postForm,
    connect,
    openImlib,
  }) => {
    await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
    const [alice, bob, carol] = [await openImlib('alice'), await connect('bob'), await connect('carol')];
    alice.publish('ppMsgP', 'bob', 1, ...mood());
    alice.publish('ppMsgS', 'carol', 2, ...mood());
    expect((await alice.settle()).map(statusOf)).toEqual([0]);
    expect(await carol.next()).not.toHaveProperty('stored');
    await bob.settle();
    expect(bob.received).toEqual([]);
  });

  it.for(['pbMsgP', 'chatMsg', 'pgMsgN'])(
    'C8 another topic, %s, is still refused',
    async (topic, { openImlib }) => {
      const alice = await openImlib('alice');
      alice.publish(topic, 'bob', 1, ...mood());
      expect((await alice.settle()).map(statusOf)).toEqual([25102]);
    },
  );
});

/** The status of a PUBACK or a QUERYACK. */
const statusOf = (frame: Buffer) => frame.readUInt16BE(7);

describe('what goes nowhere', () => {
  const refused: { what: string; topic: string; target?: string; fields?: Field[]; status: number }[] = [
    { what: 'an ordinary message to a user', topic: 'ppMsgP', status: 25102 },
    { what: 'an ordinary message to a group', topic: 'pgMsgP', status: 25102 },
    { what: 'a message of a topic there is none of', topic: 'dance', status: 25102 },
    { what: 'a message to some of a group', topic: 'pgMsgS', fields: [...mood(), [6, 'bob']], status: 25102 },
    { what: 'a message to nobody', topic: 'ppMsgS', target: '', status: 33003 },
    { what: 'a message without a type', topic: 'ppMsgS', fields: [[3, 'fine']], status: 33003 },
    { what: 'a name that begins with RC:', topic: 'ppMsgS', fields: mood('{}', 'RC:Unheard'), status: 33003 },
    { what: 'content over 128 KiB', topic: 'ppMsgS', fields: mood('x'.repeat(131_073)), status: 30016 },
  ];

  it.for(refused)('C8 $what is refused with $status', async (refusal, { simulator, openImlib }) => {
    const { topic, target = 'bob', fields = mood(), status } = refusal;
    const publishes: unknown[] = [];
    simulator.on('publish', (event) => publishes.push(event));
    const alice = await openImlib('alice');
    alice.publish(topic, target, 0x0102, ...fields);
    const [answer, ...more] = await alice.settle();
    expect([answer!.subarray(0, 3), statusOf(answer!)]).toEqual([frameOf(0x40, short(0x0102)), status]);
    expect([more, publishes]).toEqual([[], []]);
  });

  it.for([
    ['ppMsgS', 'bob'],
    ['pgMsgS', 'team'],
  ] as const)(
    'C8 more publishes of %s than a session may send in a second are refused with 20604',
    async ([topic, target], { openImlib }) => {
      const alice = await openImlib('alice');
      for (let id = 0; id < 52; id++) alice.publish(topic, target, id, ...mood());
      expect((await alice.settle()).map(statusOf)).toEqual([20604, 20604]);
    },
  );

  it('C8 a fault that refuses publishes refuses these, too', async ({ simulator, openImlib }) => {
    const alice = await openImlib('alice');
    simulator.app().faults.set({ fault: 'refuse-publish', code: 1000 });
    alice.publish('ppMsgS', 'bob', 1, ...mood());
    expect((await alice.settle()).map(statusOf)).toEqual([25104]);
  });

  it('C8 a refusal has the time', async ({ simulator, openImlib }) => {
    simulator.app().clock.freeze(noon + 258);
    const alice = await openImlib('alice');
    alice.publish('ppMsgP', 'bob', 1, ...mood());
    const answer = frameOf(0x40, short(1), second, short(25102), short(258), '');
    expect(await alice.settle()).toEqual([answer]);
  });

  alone('C8 what is refused is counted', async ({ simulator, openImlib }) => {
    const alice = await openImlib('alice');
    alice.publish('ppMsgP', 'bob', 1, ...mood());
    await alice.settle();
    const metrics = await (await fetch(`${simulator.url}/metrics`)).text();
    expect(metrics).toContain('status_sim_refused_total{app="",code="1009"} 1');
  });
});

describe('what a client asks for', () => {
  const time = 'acb7cbb733'; // noon, behind its first byte
  const answers = [
    { topic: 'pullMsg', body: `1080${time}1801` },
    { topic: 'pullModifyMsg', body: `1080${time}1801` },
    { topic: 'pullEventChange', body: `1080${time}1800` },
    { topic: 'pullSeAtts', body: `0880${time}` },
    { topic: 'pullUS', body: `1080${time}` },
    { topic: 'qAppBot', body: '' },
    { topic: 'reportsdk', body: '' },
  ];

  it.for(answers)(
    'C9 the answer to $topic says that there is nothing',
    async ({ topic, body }, { simulator, openImlib }) => {
      simulator.app().clock.freeze(noon);
      const alice = await openImlib('alice');
      alice.query(topic, 7);
      const answer = frameOf(0x60, short(7), second, short(0), Buffer.from(body, 'hex'));
      expect(await alice.settle()).toEqual([answer]);
    },
  );

  it.for(['qryPMsg', '__proto__'])('C9 the query %s is refused with 20606', async (topic, { openImlib }) => {
    const alice = await openImlib('alice');
    alice.query(topic, 7);
    expect((await alice.settle()).map(statusOf)).toEqual([20606]);
  });

  it('C9 what confirms an answer is not answered', async ({ openImlib }) => {
    const alice = await openImlib('alice');
    alice.send(0x40, short(1));
    alice.send(0x70, short(1));
    expect(await alice.settle()).toEqual([]);
  });
});

describe('the heartbeat', () => {
  it('C10 a PING is answered by a PONG', async ({ openImlib }) => {
    const alice = await openImlib('alice');
    alice.send(0xc0);
    expect(await alice.next()).toEqual(Buffer.from([0xd0]));
  });

  it('C10 a client whose network is gone is offline after thirty seconds', async ({
    simulator,
    openImlib,
  }) => {
    const { clock, faults } = simulator.app();
    clock.freeze();
    await openImlib('alice');
    faults.set({ fault: 'half-open', userId: 'alice' });
    await clock.advance(29_990);
    const before = simulator.presence('alice').online;
    await clock.advance(1000);
    expect([before, simulator.presence('alice').online]).toEqual([true, false]);
  });

  it('C10 a client that answers pings stays, sending nothing itself', async ({ simulator, openImlib }) => {
    await openImlib('alice');
    await simulator.app().clock.advance(120_000);
    expect(simulator.presence('alice').online).toBe(true);
  });
});

describe('the end', () => {
  it('C11 a later login ends the earlier one with the status 1', async ({ simulator, openImlib }) => {
    const first = await openImlib('alice');
    await openImlib('alice');
    expect([await first.next(), await first.closed]).toEqual([Buffer.from([0xe0, 0, 1]), 4010]);
    expect(simulator.presence('alice').sessions).toHaveLength(1);
  });

  it("C11 a later login of our own clients' class web does so, too", async ({ connect, openImlib }) => {
    const first = await openImlib('alice');
    await connect({ userId: 'alice', platform: 'web' });
    expect(await first.next()).toEqual(Buffer.from([0xe0, 0, 1]));
  });

  it('C11 a disconnect by /sim says 2', async ({ openImlib, send }) => {
    const alice = await openImlib('alice');
    await send('/sim/sessions/alice', { method: 'DELETE' });
    expect([await alice.next(), await alice.closed]).toEqual([Buffer.from([0xe0, 0, 2]), 4011]);
  });

  alone('C11 a simulator that closes says 6', async ({ simulator, openImlib }) => {
    const alice = await openImlib('alice');
    await simulator.close();
    expect([await alice.next(), await alice.closed]).toEqual([Buffer.from([0xe0, 0, 6]), 1001]);
  });

  it('C11 what was handed over before comes before', async ({ simulator, openImlib }) => {
    const bob = await openImlib('bob');
    simulator.publish(typing);
    await openImlib('bob');
    expect([(await bob.next())[0], (await bob.next())[0]]).toEqual([0x30, 0xe0]);
  });

  it('C11 a client that says goodbye has logged out', async ({ simulator, openImlib }) => {
    const closed = new Promise<SessionEvent>((resolve) => {
      simulator.on('session', (event) => event.state === 'closed' && resolve(event));
    });
    const alice = await openImlib('alice');
    alice.send(0xe0, Buffer.from([0, 4]));
    expect(await closed).toMatchObject({ code: 1000, online: false });
  });
});

describe('malformed frames', () => {
  const malformed: { what: string; frame: Buffer | string; reason: string }[] = [
    { what: 'a text', frame: 'hello', reason: 'It is a text.' },
    { what: 'a command of the server', frame: Buffer.from('2000', 'hex'), reason: 'The command 2 is not' },
    { what: 'a frame cut short', frame: Buffer.from('32000670', 'hex'), reason: 'It ends too soon.' },
  ];

  it.for(malformed)('C12 $what closes the session with 1002', async ({ frame, reason }, { openImlib }) => {
    const alice = await openImlib('alice');
    const closed = new Promise((resolve) =>
      alice.socket.once('close', (...args) => resolve(args.map(String))),
    );
    alice.socket.send(frame);
    expect(await closed).toEqual(['1002', expect.stringContaining(`Malformed frame: ${reason}`)]);
  });

  it('C12 a body that is no message closes the session with 1002', async ({ openImlib }) => {
    const alice = await openImlib('alice');
    alice.send(0x32, 'ppMsgS', 'bob', short(1), Buffer.from('1aff', 'hex'));
    expect(await alice.closed).toBe(1002);
  });

  it('C12 a frame over 1 MiB closes the session with 1009', async ({ openImlib }) => {
    const alice = await openImlib('alice');
    alice.socket.send(Buffer.alloc(1024 * 1024 + 1));
    expect(await alice.closed).toBe(1009);
  });

  it('C12 whatever a client sends, the others have their service', async ({
    simulator,
    connect,
    openImlib,
  }) => {
    const bob = await connect('bob');
    await holds(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
        const mallory = await openImlib('mallory');
        mallory.socket.send(Buffer.from(bytes));
        mallory.socket.close();
        await mallory.closed;
        simulator.publish(typing);
        await bob.next();
      }),
      50,
    );
    expect(simulator.presence('bob').online).toBe(true);
  });
});

describe('the rules of every session', () => {
  it('B1.12 a session over its budget gets no more, and its sender hears of it', async ({
    simulator,
    openImlib,
  }) => {
    const bob = await openImlib('bob');
    simulator.app().faults.set({ fault: 'freeze', userId: 'bob' });
    const content = 'x'.repeat(100_000);
    const outcomes = Array.from({ length: 12 }, () => {
      const { recipients } = simulator.publish({ ...typing, objectName: 'app:mood', content }).report;
      return recipients[0]!.outcome;
    });
    simulator.app().faults.remove();
    const frames = await bob.settle();
    expect([outcomes.lastIndexOf('delivered'), outcomes.indexOf('dropped')]).toEqual([10, 11]);
    expect(frames.map((frame) => contentOf(frame).length)).toEqual(Array(11).fill(100_000));
  });

  it('C6 B1.12 an echo ends where the budget does', async ({ simulator, openImlib }) => {
    const alice = await openImlib('alice');
    simulator.app().faults.set({ fault: 'freeze', userId: 'alice' });
    const toUserId = Array.from({ length: 100 }, (_, index) => `user ${index}`);
    const message = { ...typing, toUserId, objectName: 'app:mood', content: 'x'.repeat(100_000) };
    const { echo } = simulator.publish({ ...message, isIncludeSender: 1 }).report;
    simulator.app().faults.remove();
    expect([echo.outcome, (await alice.settle()).length]).toEqual(['backpressure', 11]);
  });

  it('B1.10 B1.3 messages of one turn come whole and in order, large and small', async ({
    simulator,
    openImlib,
  }) => {
    const bob = await openImlib('bob');
    const contents = [1, 200, 20_000, 3, 130_000, 90].map((length, index) => String(index).repeat(length));
    for (const content of contents) simulator.publish({ ...typing, objectName: 'app:mood', content });
    expect((await bob.settle()).map(contentOf)).toEqual(contents);
  });

  it('B6.10 half-open: nothing passes, and a PING is not answered', async ({ simulator, openImlib }) => {
    const bob = await openImlib('bob');
    const { faults } = simulator.app();
    faults.set({ fault: 'half-open', userId: 'bob' });
    simulator.publish(typing);
    bob.socket.send(Buffer.from([0xc0]));
    faults.remove();
    expect(await bob.settle()).toEqual([]);
  });

  it('B6.10 reset: the client sees no close frame', async ({ simulator, openImlib }) => {
    const bob = await openImlib('bob');
    simulator.app().faults.set({ fault: 'reset', userId: 'bob' });
    expect(await bob.closed).toBe(1006);
  });

  it('B6.7 settle waits until the client has taken everything', async ({ simulator, openImlib }) => {
    const bob = await openImlib('bob');
    simulator.publish(typing);
    expect(await simulator.app().settle()).toEqual({ sessions: 1, unconfirmed: [] });
    expect(bob.frames).toHaveLength(2); // its CONNACK, and the message
  });
});

/** The content of a message to a client. */
function contentOf(frame: Buffer): string {
  const body = frame.subarray(frameOf(0x30, second, 's_msg', '', short(0)).length);
  for (const [number, value] of readFields(body)) if (number === 5) return String(value);
  throw new Error('The message has no content.');
}
