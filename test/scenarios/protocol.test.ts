import { describe, expect } from 'vitest';
import { closeCodes, type Platform } from '../../client-sim/index.ts';
import { type PresenceFrame, platformClasses, type ServerFrame } from '../../server/protocol/frames.ts';
import { it } from '../fixtures/raw-session.ts';
import { app, signedHeaders } from '../fixtures/simulator.ts';

/** With a simulator of its own. */
const alone = it.extend('options', {});

const mood = { objectName: 'app:mood', content: 'fine' };
const message = { ...mood, fromUserId: 'alice', toUserId: 'bob' };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** An upstream publish to bob. */
const publishFrame = (id: string, fields: object = {}) =>
  JSON.stringify({ type: 'publish', id, toUserId: ['bob'], ...mood, ...fields });

/** Who was told to be online or not, in order. */
const presenceIn = (frames: readonly ServerFrame[]) =>
  frames
    .filter((frame): frame is PresenceFrame => frame.type === 'presence')
    .map(({ userId, online }) => [userId, online]);

// --- B5.1 address and login ---

it('B5.1 in open mode a userId alone is a login', async ({ simulator, connect }) => {
  await connect({ userId: '猫 & co' });
  expect((await simulator.presence('猫 & co')).online).toBe(true);
});

alone('B5.1 the session belongs to the app of the query', async ({ simulator, connect }) => {
  await connect({ userId: 'bob', appKey: 'other' });
  const online = async (choice = {}) => (await simulator.presence('bob', choice)).online;
  expect([await online(), await online({ appKey: 'other' })]).toEqual([false, true]);
});

it('B5.1 a token says who logs in', async ({ simulator, connect, postForm }) => {
  const { body } = await postForm('/user/getToken.json', { userId: 'bob', name: 'A name' });
  await connect({ token: body.token });
  expect((await simulator.presence('bob')).online).toBe(true);
});

const refusedLogins: { mistake: string; query: Record<string, string>; reason: string }[] = [
  { mistake: 'nobody', query: {}, reason: 'The parameter userId or token is required.' },
  { mistake: 'an empty userId', query: { userId: '' }, reason: 'The parameter userId or token is required.' },
  {
    mistake: 'a userId of 65 characters',
    query: { userId: '猫'.repeat(65) },
    reason: 'The parameter userId is too long: 65 characters, at most 64.',
  },
  {
    mistake: 'a token that is none',
    query: { token: 'none' },
    reason: 'The token is not valid for this app.',
  },
  {
    mistake: 'a token that is none, beside a userId',
    query: { token: '', userId: 'bob' },
    reason: 'The token is not valid for this app.',
  },
  {
    mistake: 'an unknown platform',
    query: { userId: 'bob', platform: 'abacus' },
    reason: 'The parameter platform must be ios, android, harmony, web, desktop or miniprogram.',
  },
  {
    mistake: 'a platform of every object',
    query: { userId: 'bob', platform: 'constructor' },
    reason: 'The parameter platform must be ios, android, harmony, web, desktop or miniprogram.',
  },
  {
    mistake: 'an empty App-Key',
    query: { userId: 'bob', appKey: '' },
    reason: 'The App-Key must have 1 to 64 characters.',
  },
];

it.for(refusedLogins)(
  'B5.1 B5.4 a login with $mistake is closed with 4001',
  async ({ query, reason }, { dialRaw }) => {
    const { socket } = dialRaw(query);
    const closing = await new Promise((resolve) => {
      socket.once('close', (code, text) => resolve({ code, reason: String(text) }));
    });
    expect(closing).toEqual({ code: closeCodes.unauthorized, reason });
  },
);

it('B5.1 a refused login gets no frame and leaves nobody online', async ({ simulator, dialRaw }) => {
  const bob = dialRaw({ userId: 'bob', platform: 'abacus' });
  await bob.closed;
  const { online } = await simulator.presence('bob');
  expect({ frames: bob.frames, online }).toEqual({
    frames: [],
    online: false,
  });
});

it('B5.1 a refused login kicks nobody', async ({ simulator, connect, dialRaw }) => {
  await connect({ userId: 'bob', platform: 'ios' });
  await dialRaw({ userId: 'bob', platform: 'ios', token: 'none' }).closed;
  expect((await simulator.presence('bob')).online).toBe(true);
});

describe('with apps', () => {
  const other = { key: 'app-two', secret: 'other' };
  it.override('options', { apps: [app, other] });

  it('B5.1 a token of the app opens a session', async ({ simulator, login }) => {
    await login('bob');
    expect((await simulator.presence('bob', { appKey: app.key })).online).toBe(true);
  });

  it('B5.1 a token of another app is refused', async ({ postForm, dialRaw }) => {
    const { body } = await postForm(
      '/user/getToken.json',
      { userId: 'bob', name: 'A name' },
      signedHeaders(other),
    );
    await expect(dialRaw({ appKey: app.key, token: body.token }).closed).resolves.toBe(4001);
  });

  const refused: { mistake: string; query: Record<string, string> }[] = [
    { mistake: 'a userId in place of a token', query: { appKey: app.key, userId: 'bob' } },
    { mistake: 'an App-Key that is not configured', query: { appKey: 'nobody', userId: 'bob' } },
    { mistake: 'no App-Key', query: { userId: 'bob' } },
  ];

  it.for(refused)('B5.1 $mistake is refused', async ({ query }, { dialRaw }) => {
    await expect(dialRaw(query).closed).resolves.toBe(closeCodes.unauthorized);
  });
});

// --- B5.2 platforms ---

const platforms = Object.keys(platformClasses) as Platform[];
const pairs = platforms.flatMap((first) => platforms.map((second) => ({ first, second })));
const sameClass = pairs.filter(({ first, second }) => platformClasses[first] === platformClasses[second]);
const otherClass = pairs.filter((pair) => !sameClass.includes(pair));

it.for(sameClass)(
  'B5.2 B5.4 a login from $second kicks a session from $first with 4010',
  async (row, { connect }) => {
    const kicked = await connect({ userId: 'bob', platform: row.first });
    await connect({ userId: 'bob', platform: row.second });
    await expect(kicked.closed).resolves.toMatchObject({ code: closeCodes.kicked });
  },
);

it.for(otherClass)(
  'B5.2 a login from $second leaves a session from $first alone',
  async (row, { connect }) => {
    const first = await connect({ userId: 'bob', platform: row.first });
    await connect({ userId: 'bob', platform: row.second });
    await expect(first.settle()).resolves.toBeUndefined();
  },
);

it.for(platforms)(
  'B5.2 sessions without platform and one from %s leave each other alone',
  async (platform, { simulator, connect }) => {
    for (const each of [undefined, platform, undefined]) await connect({ userId: 'bob', platform: each });
    expect((await simulator.presence('bob')).sessions).toHaveLength(3);
  },
);

alone('B5.2 a login kicks nobody of another user or another app', async ({ connect }) => {
  const others = [
    await connect({ userId: 'cat', platform: 'ios' }),
    await connect({ userId: 'bob', platform: 'ios', appKey: 'other' }),
  ];
  await connect({ userId: 'bob', platform: 'ios' });
  await expect(Promise.all(others.map((other) => other.settle()))).resolves.toHaveLength(2);
});

it('B5.2 a kick leaves no gap: who watches the user is told nothing', async ({ connect, openRaw }) => {
  const watcher = await openRaw('watcher');
  await connect({ userId: 'bob', platform: 'ios' });
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  await watcher.settle();
  const kicked = await connect({ userId: 'bob', platform: 'android' });
  await connect({ userId: 'bob', platform: 'ios' });
  await kicked.closed;
  expect(presenceIn(await watcher.settle())).toEqual([]);
});

it('B5.2 of many logins at once from the same class one session is left', async ({ simulator, connect }) => {
  const sessions = await Promise.all(numbers(50).map(() => connect({ userId: 'bob', platform: 'web' })));
  const [left] = (await simulator.presence('bob')).sessions;
  const closed = sessions.filter(({ sessionId }) => sessionId !== left!.sessionId);
  const codes = await Promise.all(closed.map((session) => session.closed.then(({ code }) => code)));
  expect(codes).toEqual(Array.from({ length: 49 }, () => closeCodes.kicked));
});

it('B5.2 what was published before the kick reaches the kicked session, what comes after the new one', async ({
  simulator,
  connect,
}) => {
  const first = await connect({ userId: 'bob', platform: 'web' });
  simulator.on('session', ({ state }) => {
    void simulator.publish({ ...message, content: state === 'opened' ? 'after' : 'later' });
  });
  await simulator.publish({ ...message, content: 'before' });
  const second = await connect({ userId: 'bob', platform: 'web' });
  await Promise.all([first.closed, second.settle()]);
  const contents = [first, second].map(({ received }) => received.map(({ content }) => content));
  expect(contents).toEqual([['before'], ['after', 'later']]);
});

// --- B5.3 frames ---

it('B5.3 the first frame is connected, with user, session and time', async ({ simulator, dialRaw }) => {
  const bob = dialRaw('bob');
  const first = await bob.next();
  const [session] = (await simulator.presence('bob')).sessions;
  expect(first).toEqual({
    type: 'connected',
    userId: 'bob',
    sessionId: session!.sessionId,
    serverTime: session!.openedAt,
  });
});

it('B5.3 connected stays the first frame when a listener publishes as the session opens', async ({
  simulator,
  dialRaw,
}) => {
  simulator.on('session', () => simulator.publish({ ...message, content: 'x'.repeat(100_000) }));
  const bob = dialRaw('bob');
  expect([await bob.next(), await bob.next()]).toMatchObject([{ type: 'connected' }, { type: 'status' }]);
});

it('B5.3 every frame is a text frame', async ({ simulator, openRaw }) => {
  const bob = await openRaw('bob');
  const binary: boolean[] = [];
  bob.socket.on('message', (_, isBinary) => binary.push(isBinary));
  await simulator.publish(message);
  bob.send(publishFrame('1'));
  bob.send('no JSON');
  await bob.settle();
  expect(new Set(binary)).toEqual(new Set([false]));
});

// --- B5.4 the other close codes ---

alone('B5.4 a simulator that shuts down closes every session with 1001', async ({ simulator, connect }) => {
  const sessions = [
    await connect('alice'),
    await connect({ userId: 'bob', platform: 'ios' }),
    await connect({ userId: 'bob', appKey: 'other' }),
  ];
  await simulator.close();
  const codes = await Promise.all(sessions.map((session) => session.closed.then(({ code }) => code)));
  expect(codes).toEqual([1001, 1001, 1001]);
});

it('B5.4 a user disconnected by /sim sees 4011 in every session', async ({ connect, send }) => {
  const sessions = [await connect('bob'), await connect({ userId: 'bob', platform: 'web' })];
  await send('/sim/sessions/bob', { method: 'DELETE' });
  const codes = await Promise.all(sessions.map((session) => session.closed.then(({ code }) => code)));
  expect(codes).toEqual([closeCodes.disconnected, closeCodes.disconnected]);
});

it('B5.4 the event of a session tells the code with which the client closed it', async ({
  simulator,
  openRaw,
}) => {
  const bob = await openRaw('bob');
  const ended = new Promise((resolve) => simulator.on('session', resolve));
  bob.socket.close(4321);
  await expect(ended).resolves.toMatchObject({ state: 'closed', code: 4321, online: false });
});

const codeless = [
  { end: 'close', code: 1005 },
  { end: 'terminate', code: 1006 },
] as const;

it.for(codeless)(
  'B5.4 a session that ends by $end without a code is told with $code',
  async (row, { simulator, openRaw }) => {
    const bob = await openRaw('bob');
    const ended = new Promise((resolve) => simulator.on('session', resolve));
    bob.socket[row.end]();
    await expect(ended).resolves.toMatchObject({ code: row.code });
  },
);

alone('B5.4 a session ends once, however many reasons it has', async ({ simulator, openRaw, send }) => {
  const bob = await openRaw('bob');
  const codes: unknown[] = [];
  simulator.on('session', ({ code }) => codes.push(code));
  await Promise.all([
    send('/sim/sessions/bob', { method: 'DELETE' }),
    send('/sim/sessions/bob', { method: 'DELETE' }),
  ]);
  await bob.closed;
  await simulator.close();
  expect(codes).toEqual([closeCodes.disconnected]);
});

// --- B5.5 and B5.6 messages ---

it('B5.5 a status frame holds the message as it was published, and nothing else', async ({
  simulator,
  openRaw,
}) => {
  const bob = await openRaw('bob');
  const { messageUIDs } = await simulator.publish({ ...message, verifyBlacklist: 1 });
  expect(await bob.next()).toEqual({
    type: 'status',
    messageUID: messageUIDs[0]!.messageUID,
    channelType: 'PERSON',
    fromUserId: 'alice',
    objectName: 'app:mood',
    content: 'fine',
    sentTime: expect.any(Number),
  });
});

it('B5.6 an echo frame holds the message as it was published, and nothing else', async ({
  simulator,
  openRaw,
}) => {
  const alice = await openRaw('alice');
  const { messageUIDs } = await simulator.publish({ ...message, isIncludeSender: 1 });
  expect(await alice.next()).toEqual({
    type: 'echo',
    messageUIDs,
    channelType: 'PERSON',
    fromUserId: 'alice',
    objectName: 'app:mood',
    content: 'fine',
    sentTime: expect.any(Number),
  });
});

const texts = {
  'JSON with spaces': '{ "b" : 1,\t"a":[ ] }',
  'quotes, backslashes and line ends': '"\\\r\n\u2028\u0000',
  'all planes of Unicode': 'aé猫😀\u{10ffff}',
  'half a surrogate pair': 'a\ud800z',
  'what looks like a messageUID': '0000-0000-0000-0000',
  '131,072 bytes': '😀'.repeat(32_768),
};

it.for(Object.entries(texts))(
  'B5.5 content arrives exactly as published: %s',
  async ([, content], { simulator, connect }) => {
    const bob = await connect('bob');
    await simulator.publish({ ...message, content });
    await expect(bob.next()).resolves.toMatchObject({ content });
  },
);

it.for(Object.entries(texts))(
  'B5.6 an echo carries content exactly as published: %s',
  async ([, content], { simulator, connect }) => {
    const alice = await connect('alice');
    await simulator.publish({ ...message, content, isIncludeSender: 1 });
    await expect(alice.next()).resolves.toMatchObject({ content });
  },
);

// --- B5.8 and B5.9 upstream publishes ---

it('B5.8 an upstream publish is answered by the list of its recipients', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  alice.send(publishFrame('p1', { toUserId: ['bob', 'cat', 'bob'] }));
  const messageUID = expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
  const messageUIDs = ['bob', 'cat'].map((userId) => ({ userId, messageUID }));
  expect(await alice.next()).toEqual({ type: 'published', id: 'p1', messageUIDs });
});

it('B5.8 the sender of an upstream publish is the user of the session, whatever the frame says', async ({
  connect,
  openRaw,
}) => {
  const [alice, bob] = await Promise.all([openRaw('alice'), connect('bob')]);
  alice.send(publishFrame('p1', { fromUserId: 'mallory' }));
  await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
});

it('B5.8 an upstream publish reaches its recipients like any other', async ({ connect }) => {
  const [alice, bob] = await Promise.all([connect('alice'), connect('bob')]);
  const [row] = await alice.publish({ ...mood, toUserId: 'bob' });
  await expect(bob.next({ type: 'status' })).resolves.toMatchObject({ ...mood, messageUID: row!.messageUID });
});

it('B5.8 an upstream publish respects blocking', async ({ connect, postForm }) => {
  const [alice, bob] = await Promise.all([connect('alice'), connect('bob')]);
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await alice.publish({ ...mood, toUserId: 'bob', verifyBlacklist: true });
  await bob.settle();
  expect(bob.received).toEqual([]);
});

const refusedPublishes = [
  { mistake: 'no recipient', fields: { toUserId: [] }, code: 1002, names: /toUserId/ },
  { mistake: 'an empty recipient', fields: { toUserId: [''] }, code: 1002, names: /toUserId/ },
  { mistake: 'a recipient that is no text', fields: { toUserId: [7] }, code: 1002, names: /toUserId/ },
  { mistake: '1001 recipients', fields: { toUserId: numbers(1001) }, code: 1002, names: /toUserId.*1000/ },
  {
    mistake: 'a recipient too long',
    fields: { toUserId: ['x'.repeat(65)] },
    code: 1005,
    names: /toUserId.*64/,
  },
  { mistake: 'no objectName', fields: { objectName: undefined }, code: 1002, names: /objectName/ },
  {
    mistake: 'an objectName too long',
    fields: { objectName: 'x'.repeat(33) },
    code: 1005,
    names: /objectName.*32/,
  },
  { mistake: 'a reserved objectName', fields: { objectName: 'RC:Mine' }, code: 1002, names: /objectName/ },
  { mistake: 'no content', fields: { content: null }, code: 1002, names: /content/ },
  { mistake: 'content that is no text', fields: { content: { mood: 1 } }, code: 1002, names: /content/ },
  {
    mistake: 'content too long',
    fields: { content: 'x'.repeat(131_073) },
    code: 1005,
    names: /content.*131072/,
  },
  { mistake: 'a flag that is none', fields: { verifyBlacklist: 2 }, code: 1002, names: /verifyBlacklist/ },
];

it.for(refusedPublishes)(
  'B5.8 an upstream publish with $mistake is answered by error $code',
  async (row, { openRaw }) => {
    const alice = await openRaw('alice');
    alice.send(publishFrame('p1', row.fields));
    expect(await alice.next()).toEqual({
      type: 'error',
      id: 'p1',
      code: row.code,
      errorMessage: expect.stringMatching(row.names),
    });
  },
);

it('B5.8 a refused upstream publish reaches nobody', async ({ connect, openRaw }) => {
  const [alice, bob] = await Promise.all([openRaw('alice'), connect('bob')]);
  alice.send(publishFrame('p1', { toUserId: ['bob', 'x'.repeat(65)] }));
  await alice.next();
  await bob.settle();
  expect(bob.received).toEqual([]);
});

it("B5.9 its echo goes to the sender's other sessions, not to the one it came from", async ({ connect }) => {
  const sessions = await Promise.all(numbers(3).map(() => connect('alice')));
  const messageUIDs = await sessions[0]!.publish({ ...mood, toUserId: 'bob', isIncludeSender: true });
  await Promise.all(sessions.map((session) => session.settle()));
  const echo = { type: 'echo', messageUIDs };
  expect(sessions.map(({ received }) => received)).toMatchObject([[], [echo], [echo]]);
});

it('B5.9 a session that publishes to its own user gets the message as a recipient', async ({ connect }) => {
  const alice = await connect('alice');
  await alice.publish({ ...mood, toUserId: 'alice', isIncludeSender: true });
  expect(alice.received).toMatchObject([{ type: 'status' }]);
});

it('B5.9 without another session the report says of the echo: sender-offline', async ({
  simulator,
  connect,
}) => {
  const alice = await connect('alice');
  const published = new Promise((resolve) => simulator.on('publish', resolve));
  await alice.publish({ ...mood, toUserId: 'bob', isIncludeSender: true });
  await expect(published).resolves.toMatchObject({
    via: 'client',
    report: { echo: { outcome: 'sender-offline' } },
  });
});

// --- B5.10 malformed frames; the rest of them in test/gateway/malformed.test.ts ---

it('B5.10 a malformed frame is answered by an error, and the session stays', async ({ openRaw }) => {
  const bob = await openRaw('bob');
  bob.send('{"type":"dance","id":"d1"}');
  expect(await bob.settle()).toMatchObject([{ type: 'error', id: 'd1', code: 1002 }]);
});

// --- B5.11 presence ---

it('B5.11 a subscription tells at once who is online, in the order of the frame', async ({
  connect,
  openRaw,
}) => {
  await connect('bob');
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: ['cat', 'bob', 'cat'] });
  expect(await watcher.settle()).toEqual([
    { type: 'presence', userId: 'cat', online: false, at: expect.any(Number) },
    { type: 'presence', userId: 'bob', online: true, at: expect.any(Number) },
  ]);
});

it('B5.11 a subscription tells each change, in order', async ({ simulator, connect, openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  const before = await watcher.settle();
  for (let round = 0; round < 20; round++) {
    await (await connect('bob')).close();
    await simulator.presence('bob'); // now every node knows that bob has gone
  }
  const rounds = numbers(20).flatMap(() => [
    ['bob', true],
    ['bob', false],
  ]);
  expect(presenceIn([...before, ...(await watcher.settle())])).toEqual([['bob', false], ...rounds]);
});

it('B5.11 sessions between the first and the last of a user change nothing', async ({ connect, openRaw }) => {
  const watcher = await openRaw('watcher');
  const first = await connect('bob');
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  const second = await connect('bob');
  await first.close();
  await second.close();
  expect(presenceIn(await watcher.settle())).toEqual([
    ['bob', true],
    ['bob', false],
  ]);
});

it('B5.11 who has seen the presence of a user can reach them', async ({ simulator, connect, openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  await watcher.settle();
  const [online] = await Promise.all([watcher.next(), connect('bob')]);
  const { report } = await simulator.publish(message);
  expect([online, report.recipients]).toMatchObject([{ online: true }, [{ outcome: 'delivered' }]]);
});

it('B5.11 after unsubscribe nothing more is told of that user, but still of the others', async ({
  connect,
  openRaw,
}) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: ['bob', 'cat'] });
  watcher.send({ type: 'unsubscribe', userIds: ['bob', 'nobody'] });
  await watcher.settle();
  await Promise.all([connect('bob'), connect('cat')]);
  expect(presenceIn(await watcher.settle())).toEqual([['cat', true]]);
});

it('B5.11 who unsubscribes from users without having subscribed is told nothing', async ({ openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'unsubscribe', userIds: ['bob'] });
  expect(await watcher.settle()).toEqual([]);
});

it('B5.11 a second subscription to a user tells again how it stands, and each change once', async ({
  connect,
  openRaw,
}) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  await watcher.settle();
  await connect('bob');
  expect(presenceIn(await watcher.settle())).toEqual([['bob', true]]);
});

it('B5.11 a subscription is that of one session', async ({ connect, openRaw }) => {
  const [watcher, other] = await Promise.all([openRaw('watcher'), openRaw('watcher')]);
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  await watcher.settle();
  await connect('bob');
  expect(await other.settle()).toEqual([]);
});

alone('B5.11 a subscription sees its own app only', async ({ connect, openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  await watcher.settle();
  await connect({ userId: 'bob', appKey: 'other' });
  expect(presenceIn(await watcher.settle())).toEqual([]);
});

// --- B5.12 the barrier ---

it('B5.12 a sync is answered by synced with its id, behind all that was handed over before', async ({
  simulator,
  openRaw,
}) => {
  const bob = await openRaw('bob');
  await Promise.all(numbers(100).map((content) => simulator.publish({ ...message, content })));
  bob.send({ type: 'sync', id: 's1' });
  void simulator.publish({ ...message, content: 'later' });
  const frames = [...(await bob.settle())].filter(({ type }) => type === 'synced' || type === 'status');
  expect(frames.findIndex(({ type }) => type === 'synced')).toBeGreaterThanOrEqual(100);
});

it('B5.12 frames are answered in the order in which they came', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  alice.send({ type: 'sync', id: 's1' });
  alice.send(publishFrame('p1'));
  alice.send('no JSON');
  alice.send({ type: 'subscribe', userIds: ['bob'] });
  alice.send({ type: 'sync', id: 's1' });
  const types = (await alice.settle()).map(({ type }) => type);
  expect(types).toEqual(['synced', 'published', 'error', 'presence', 'synced']);
});

// --- B5.13 limits ---

it('B5.13 the fifty-first upstream publish of a second is refused with 1008', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  for (const id of numbers(51)) alice.send(publishFrame(id));
  const answers = (await alice.settle()).map(({ type }) => type);
  expect(answers).toEqual([...numbers(50).map(() => 'published'), 'error']);
});

describe('with one upstream publish a second', () => {
  it.override('options', { upstreamPerSecond: 1 });

  it('B5.13 the error names the limit and the id', async ({ openRaw }) => {
    const alice = await openRaw('alice');
    alice.send(publishFrame('p1'));
    alice.send(publishFrame('p2'));
    const [, error] = await alice.settle();
    const errorMessage = 'A session may publish 1 times a second.';
    expect(error).toEqual({ type: 'error', id: 'p2', code: 1008, errorMessage });
  });

  it('B5.13 each session has a limit of its own', async ({ connect }) => {
    const sessions = await Promise.all(numbers(3).map(() => connect('alice')));
    const publishes = sessions.map((session) => session.publish({ ...mood, toUserId: 'bob' }));
    await expect(Promise.all(publishes)).resolves.toHaveLength(3);
  });

  it('B6.10 a publish that a fault refuses does not count', async ({ simulator, openRaw }) => {
    const alice = await openRaw('alice');
    simulator.app().faults.set({ fault: 'refuse-publish', code: 1000, count: 3 });
    for (const id of numbers(3)) alice.send(publishFrame(id));
    alice.send(publishFrame('good'));
    expect((await alice.settle()).map(({ type }) => type)).toEqual(['error', 'error', 'error', 'published']);
  });

  it('B5.13 a refused publish does not count', async ({ openRaw }) => {
    const alice = await openRaw('alice');
    for (const id of numbers(5)) alice.send(publishFrame(id, { content: '' }));
    alice.send(publishFrame('good'));
    expect((await alice.settle()).at(-1)).toMatchObject({ type: 'published', id: 'good' });
  });
});

/** A sync of this many bytes. */
const syncOf = (bytes: number) => '{"type":"sync","id":"big"}'.padEnd(bytes);

it('B5.13 a frame of 1 MiB is read', async ({ openRaw }) => {
  const bob = await openRaw('bob');
  bob.send(syncOf(1024 * 1024));
  expect(await bob.next()).toEqual({ type: 'synced', id: 'big' });
});

it('B5.13 B5.4 a larger frame closes the session with 1009', async ({ openRaw }) => {
  const bob = await openRaw('bob');
  bob.send(syncOf(1024 * 1024 + 1));
  await expect(bob.closed).resolves.toBe(closeCodes.frameTooLarge);
});

it('B5.13 a session may watch a thousand users', async ({ openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: numbers(1000) });
  expect(presenceIn(await watcher.settle())).toHaveLength(1000);
});

it('B5.13 a subscription over the thousandth user is refused as a whole', async ({ connect, openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: numbers(999) });
  await watcher.settle();
  watcher.send({ type: 'subscribe', userIds: ['bob', 'cat'] });
  await connect('bob');
  expect(await watcher.settle()).toMatchObject([
    { type: 'error', code: 1002, errorMessage: expect.stringContaining('1000') },
  ]);
});

it('B5.13 users who are watched already do not count again', async ({ openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: numbers(1000) });
  watcher.send({ type: 'subscribe', userIds: numbers(1000) });
  expect(presenceIn(await watcher.settle())).toHaveLength(2000);
});

it('B5.13 an unsubscribed user makes room for another', async ({ openRaw }) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: numbers(1000) });
  watcher.send({ type: 'unsubscribe', userIds: ['7'] });
  await watcher.settle();
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  expect(presenceIn(await watcher.settle())).toEqual([['bob', false]]);
});
