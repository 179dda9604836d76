import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectSocket } from 'node:net';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { ServerFrame } from '../../server/protocol/frames.ts';
import { holds } from '../fixtures/property.ts';
import { it as base } from '../fixtures/raw-session.ts';
import { exchangeRaw } from '../fixtures/simulator.ts';

const mood = { objectName: 'app:mood', content: 'fine' };
const publish = { type: 'publish', id: 'p1', toUserId: ['bob'], ...mood };
const long = 'x'.repeat(65);
const many = Array.from({ length: 1001 }, (_, index) => String(index));

const it = base
  /** A session, and the socket under it to write any bytes to. */
  .extend('openBare', ({ dialRaw }) => async () => {
    const session = dialRaw('alice');
    const [{ socket }] = (await once(session.socket, 'upgrade')) as [IncomingMessage];
    await session.next();
    return { session, socket };
  })
  /** Whether the server still does its work for somebody else. */
  .extend('serves', ({ simulator, connect }) => async () => {
    const bob = await connect('bob');
    simulator.publish({ ...mood, fromUserId: 'alice', toUserId: 'bob' });
    return (await bob.next()).content === 'fine';
  });

// --- frames that are answered by an error ---

const notObjects = {
  nothing: '',
  'a word': 'sync',
  'half an object': '{"type":"sync","id":"s1"',
  'two objects': '{"type":"sync","id":"1"}{"type":"sync","id":"2"}',
  'single quotes': "{'type':'sync','id':'s1'}",
  'an array': '[]',
  'an array of a frame': '[{"type":"sync","id":"s1"}]',
  null: 'null',
  'a number': '7',
  'a number too large': '1e999',
  'a text': '"sync"',
  'a boolean': 'true',
  'a hundred thousand brackets': '['.repeat(100_000),
  'half an escape': '"\\u12"',
};

it.for(Object.entries(notObjects))(
  'B5.10 a frame of %s is answered by error 1002',
  async ([, text], { openRaw }) => {
    const alice = await openRaw('alice');
    alice.send(text);
    expect(await alice.settle()).toEqual([
      {
        type: 'error',
        code: 1002,
        errorMessage: expect.stringMatching(
          /^The frame (is not JSON|must be a JSON object|is nested too deeply: at most 32 levels)\.$/,
        ),
      },
    ]);
  },
);

const deep = '['.repeat(400_000) + ']'.repeat(400_000);

it.for(['type', 'id', 'toUserId', 'content', 'other'])(
  'B5.10 a frame with 400,000 lists in its %s is answered by error 1002',
  async (field, { openRaw }) => {
    const alice = await openRaw('alice');
    alice.send(`{"${field}":${deep}}`);
    expect(await alice.settle()).toEqual([
      { type: 'error', code: 1002, errorMessage: 'The frame is nested too deeply: at most 32 levels.' },
    ]);
  },
);

/** Wrong values for one field of a good frame, each with what the error must name. */
function wrong(good: object, field: string, values: readonly unknown[], names: RegExp, code = 1002) {
  return values.map((value) => {
    const frame = { ...good, [field]: value };
    const title = `${Reflect.get(good, 'type')} with ${field} ${JSON.stringify(value)?.slice(0, 40)}`;
    return { title, frame, names, code };
  });
}

const noTexts = [undefined, null, 7, true, {}, [], [7], [null], [['bob']], ['a', 'b']];
const sync = { type: 'sync', id: 's1' };
const subscribe = { type: 'subscribe', userIds: ['bob'] };
const noIdLists = [undefined, null, '', 7, {}, [], [7], [null], [['bob']], [''], ['bob', ''], ['bob', 7]];

const wrongFrames = [
  ...wrong(sync, 'type', [...noTexts, '', 'SYNC', 'synced', 'constructor', '__proto__'], /type/),
  ...wrong(sync, 'id', [...noTexts, ''], /parameter id/),
  ...wrong(sync, 'id', [long], /parameter id .*64/, 1005),
  ...wrong(publish, 'id', [...noTexts, ''], /parameter id/),
  ...wrong(publish, 'toUserId', noIdLists, /toUserId/),
  ...wrong(publish, 'toUserId', [many], /toUserId.*1000/),
  ...wrong(publish, 'toUserId', [long, [long]], /toUserId.*64/, 1005),
  ...wrong(publish, 'objectName', [...noTexts, ''], /objectName/),
  ...wrong(publish, 'objectName', ['x'.repeat(33)], /objectName.*32/, 1005),
  ...wrong(publish, 'content', [...noTexts, ''], /content/),
  ...wrong(publish, 'content', ['x'.repeat(131_073)], /content.*131072/, 1005),
  ...wrong(publish, 'verifyBlacklist', [2, -1, 'yes', {}, [0, 1]], /verifyBlacklist/),
  ...wrong(publish, 'isIncludeSender', [2, -1, 'yes', {}, [0, 1]], /isIncludeSender/),
  ...wrong(subscribe, 'userIds', noIdLists, /userIds/),
  ...wrong(subscribe, 'userIds', [many], /userIds.*1000/),
  ...wrong(subscribe, 'userIds', [[long]], /userIds.*64/, 1005),
  ...wrong({ ...subscribe, type: 'unsubscribe' }, 'userIds', noIdLists, /userIds/),
];

it.for(wrongFrames)(
  'B5.10 $title is answered by error $code',
  async ({ frame, names, code }, { openRaw }) => {
    const alice = await openRaw('alice');
    alice.send(JSON.stringify(frame));
    expect(await alice.settle()).toMatchObject([
      { type: 'error', code, errorMessage: expect.stringMatching(names) },
    ]);
  },
);

it('B5.10 the error carries the id of the frame, if that is one', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  for (const id of ['猫'.repeat(64), '😀'.repeat(64), `${long}`, 7])
    alice.send(JSON.stringify({ type: 'dance', id }));
  const ids = (await alice.settle()).map((frame) => 'id' in frame && frame.id);
  expect(ids).toEqual(['猫'.repeat(64), '😀'.repeat(64), false, false]);
});

it('B5.10 a binary frame is answered by an error, even if its bytes are a good frame', async ({
  openRaw,
}) => {
  const alice = await openRaw('alice');
  alice.socket.send(Buffer.from(JSON.stringify(sync)));
  const errorMessage = 'The frame must be text, not binary.';
  expect(await alice.settle()).toEqual([{ type: 'error', code: 1002, errorMessage }]);
});

it('B5.10 thousands of malformed frames are answered one by one', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  for (let count = 0; count < 5000; count++) alice.send('no JSON');
  const errors = (await alice.settle()).filter(({ type }) => type === 'error');
  expect(errors).toHaveLength(5000);
});

// --- frames that look wrong, and are not ---

it('an id may be any text', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  const ids = ['__proto__', 'constructor', ' ', '\u0000', '"\\', '\ud800', '😀'.repeat(64)];
  for (const id of ids) alice.send({ type: 'sync', id });
  const synced = (await alice.settle()).map((frame) => 'id' in frame && frame.id);
  expect(synced).toEqual(ids);
});

it('a user may have the name of what every object has', async ({ connect, openRaw }) => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const clients = await Promise.all(names.map(connect));
  const alice = await openRaw('alice');
  alice.send(JSON.stringify({ ...publish, toUserId: names }));
  const frames = await Promise.all(clients.map((client) => client.next()));
  expect(frames.map(({ fromUserId }) => fromUserId)).toEqual(names.map(() => 'alice'));
});

it('a field named __proto__ changes nothing', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  alice.send('{"__proto__":{"type":"publish","admin":true},"type":"sync","id":"s1"}');
  expect(await alice.next()).toEqual({ type: 'synced', id: 's1' });
});

it('fields that nobody knows are ignored', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  alice.send(JSON.stringify({ ...sync, fromUserId: 7, userIds: null, more: { deep: [] } }));
  expect(await alice.next()).toEqual({ type: 'synced', id: 's1' });
});

it('a frame may come in fragments, with pings between them', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  for (const character of '{"type":"sync",') {
    alice.socket.send(character, { fin: false });
    alice.socket.ping();
  }
  alice.socket.send('"id":"s1"}', { fin: true });
  expect(await alice.next()).toEqual({ type: 'synced', id: 's1' });
});

// --- frames that WebSocket itself forbids ---

const forbidden: { breach: string; bytes: number[]; code: number }[] = [
  { breach: 'an unmasked frame', bytes: [0x81, 0x02, 0x7b, 0x7d], code: 1002 },
  { breach: 'a reserved opcode', bytes: [0x83, 0x80, 0, 0, 0, 0], code: 1002 },
  { breach: 'a reserved bit', bytes: [0xc1, 0x80, 0, 0, 0, 0], code: 1002 },
  { breach: 'a continuation of nothing', bytes: [0x80, 0x80, 0, 0, 0, 0], code: 1002 },
  { breach: 'a fragmented ping', bytes: [0x09, 0x80, 0, 0, 0, 0], code: 1002 },
  { breach: 'a ping of 126 bytes', bytes: [0x89, 0xfe, 0, 126, 0, 0, 0, 0], code: 1002 },
  { breach: 'a close of one byte', bytes: [0x88, 0x81, 0, 0, 0, 0, 3], code: 1002 },
  { breach: 'a close with code 1005', bytes: [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed], code: 1002 },
  { breach: 'a frame of 2^53 bytes', bytes: [0x81, 0xff, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], code: 1009 },
  { breach: 'a frame of 1 MiB + 1', bytes: [0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0], code: 1009 },
  { breach: 'text that is no UTF-8', bytes: [0x81, 0x81, 0, 0, 0, 0, 0xff], code: 1007 },
];

it.for(forbidden)(
  'B5.4 $breach closes the session with $code',
  async ({ bytes, code }, { openBare, serves }) => {
    const { session, socket } = await openBare();
    socket.write(Buffer.from(bytes));
    await expect(Promise.all([session.closed, serves()])).resolves.toEqual([code, true]);
  },
);

it('B5.4 B5.13 fragments of more than 1 MiB together close the session with 1009', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  for (let count = 0; count < 17; count++) alice.socket.send('x'.repeat(64 * 1024), { fin: false });
  await expect(alice.closed).resolves.toBe(1009);
});

it('B1.1 after a forbidden frame the user is offline before the client knows', async ({
  simulator,
  openBare,
}) => {
  const { session, socket } = await openBare();
  socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));
  await session.closed;
  expect(simulator.presence('alice').online).toBe(false);
});

it('half a frame and no more is no harm', async ({ openBare, serves }) => {
  const { session, socket } = await openBare();
  socket.write(Buffer.from([0x81, 0xfe, 0x10]));
  socket.end();
  await expect(Promise.all([session.closed, serves()])).resolves.toEqual([1006, true]);
});

// --- any frame at all ---

const anything = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const someTexts = fc.constantFrom('alice', 'bob', '', '__proto__', 'RC:TxtMsg', 'app:mood', '{}', '1', long);
const value = fc.oneof(someTexts, fc.array(someTexts, { maxLength: 3 }), anything);
const field = fc.option(value, { nil: undefined });

/** Near enough to a frame to get past the first checks, most of the time. */
const frameLike = fc
  .record({
    type: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('publish', 'subscribe', 'unsubscribe', 'sync') },
      { weight: 1, arbitrary: value },
    ),
    id: fc.oneof(fc.constantFrom('1', 'x'), field),
    toUserId: fc.oneof(fc.constant(['bob']), field),
    objectName: fc.oneof(fc.constant('app:mood'), field),
    content: fc.oneof(fc.constant('fine'), field),
    userIds: fc.oneof(fc.constant(['bob']), field),
    verifyBlacklist: fc.oneof(fc.constantFrom(undefined, 0, 1, true), field),
    isIncludeSender: fc.oneof(fc.constantFrom(undefined, 0, 1, true), field),
  })
  .map((frame) => JSON.stringify(frame));

const anyText = fc.oneof(
  { weight: 4, arbitrary: frameLike },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);

describe('with no limit of publishes', () => {
  it.override('options', { upstreamPerSecond: Infinity });

  /** An answer that a client may get, and no more than these. */
  const isAnswer = (frame: ServerFrame) => {
    if (frame.type === 'error') return frame.code !== 1000;
    return ['published', 'presence', 'synced', 'status'].includes(frame.type);
  };
  const isUnsubscribe = (text: string) => /"type":(\["unsubscribe"\]|"unsubscribe")/.test(text);

  it('B5.10 any text is answered, by nothing unforeseen, and the session stays', async ({ openRaw }) => {
    const alice = await openRaw('alice');
    const property = fc.asyncProperty(anyText, async (text) => {
      alice.send(text);
      const answers = await alice.settle();
      expect(answers.every(isAnswer) && (answers.length > 0 || isUnsubscribe(text))).toBe(true);
    });
    await holds(property, 2000);
  });
});

// --- upgrade requests ---

const upgradeHeaders = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** A request for an upgrade; a header that is undefined is left out. */
function upgrade(path: string, headers: Record<string, string | undefined> = {}, method = 'GET'): string {
  const lines = Object.entries({ ...upgradeHeaders, ...headers }).flatMap(([name, text]) => {
    return text === undefined ? [] : [`${name}: ${text}`];
  });
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

const wrongPaths = [
  '/',
  '//[',
  '/connect/',
  '/connectx',
  '/CONNECT',
  '//connect',
  '/%',
  '/?/connect',
  'http://localhost/connect',
  '*',
];

it.for(wrongPaths)(
  'B5.1 an upgrade at %s is refused with 404, and says where to go',
  async (path, { simulator, serves }) => {
    const answer = await exchangeRaw(simulator.url, upgrade(path));
    const url = path.split('?')[0];
    const body = { code: 404, errorMessage: 'WebSocket clients connect at /connect.', url };
    expect([answer.split('\r\n')[0], JSON.parse(answer.split('\r\n\r\n')[1]!), await serves()]).toEqual([
      'HTTP/1.1 404 Not Found',
      body,
      true,
    ]);
  },
);

it('B6.1 a refused upgrade names the version of the simulator', async ({ simulator }) => {
  expect(await exchangeRaw(simulator.url, upgrade('/'))).toMatch(/\r\nX-Status-Sim: \d+\.\d+\.\d+\r\n/);
});

it('B6.1 an upgrade names the version of the simulator', async ({ dialRaw }) => {
  const [response] = await once(dialRaw('bob').socket, 'upgrade');
  expect(response.headers['x-status-sim']).toMatch(/^\d+\.\d+\.\d+$/);
});

const path = '/connect?userId=alice';

const refusedUpgrades: { mistake: string; request: string; status: number; says: string }[] = [
  {
    mistake: 'without a key',
    request: upgrade(path, { 'Sec-WebSocket-Key': undefined }),
    status: 400,
    says: 'Sec-WebSocket-Key',
  },
  {
    mistake: 'with a key too short',
    request: upgrade(path, { 'Sec-WebSocket-Key': 'c2hvcnQ=' }),
    status: 400,
    says: 'Sec-WebSocket-Key',
  },
  {
    mistake: 'without a version',
    request: upgrade(path, { 'Sec-WebSocket-Version': undefined }),
    status: 400,
    says: 'Sec-WebSocket-Version: 13\r\n',
  },
  {
    mistake: 'of version 12',
    request: upgrade(path, { 'Sec-WebSocket-Version': '12' }),
    status: 400,
    says: 'Sec-WebSocket-Version: 13\r\n',
  },
  { mistake: 'by POST', request: upgrade(path, {}, 'POST'), status: 405, says: 'The method must be GET.' },
  {
    mistake: 'without a host',
    request: upgrade(path, { Host: undefined }),
    status: 400,
    says: 'The header Host is required.',
  },
  {
    mistake: 'with a protocol that is no token',
    request: upgrade(path, { 'Sec-WebSocket-Protocol': 'a,,b' }),
    status: 400,
    says: 'Sec-WebSocket-Protocol',
  },
  {
    mistake: 'with a query of 100,000 bytes',
    request: upgrade(`/connect?userId=${'x'.repeat(100_000)}`),
    status: 400,
    says: 'not valid HTTP',
  },
  {
    mistake: 'in HTTP that is none',
    request: upgrade(path).replaceAll(': ', ' '),
    status: 400,
    says: 'not valid HTTP',
  },
  {
    mistake: 'in a greeting of TLS',
    request: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    status: 400,
    says: 'not valid HTTP',
  },
  { mistake: 'in noise', request: '\u0000\r\n\r\nnoise\r\n\r\n', status: 400, says: 'not valid HTTP' },
];

it.for(refusedUpgrades)(
  'B3.8 an upgrade $mistake is refused with $status, in the usual shape',
  async ({ request, status, says }, { simulator, serves }) => {
    const answer = await exchangeRaw(simulator.url, request);
    expect([answer.slice(9, 12), answer, await serves()]).toEqual([
      String(status),
      expect.stringContaining(says),
      true,
    ]);
    expect(answer).toMatch(/\r\nX-Status-Sim: \d/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toEqual({
      code: status === 405 ? 405 : 1002,
      errorMessage: expect.any(String),
      url: expect.stringMatching(/^(\/connect)?$/),
    });
  },
);

const longQueries = {
  userId: 'x'.repeat(10_000),
  token: 'x'.repeat(10_000),
  appKey: 'x'.repeat(10_000),
  platform: 'x'.repeat(10_000),
};

it.for(Object.entries(longQueries))(
  'B5.1 a %s of 10,000 bytes is refused with 4001',
  async ([name, text], { dialRaw, serves }) => {
    const session = dialRaw({ userId: 'alice', [name]: text });
    await expect(Promise.all([session.closed, serves()])).resolves.toEqual([4001, true]);
  },
);

it('compression is not offered, whatever a client asks for', async ({ openRaw }) => {
  const alice = await openRaw('alice', { perMessageDeflate: true });
  expect(alice.socket.extensions).toBe('');
});

it('a client that leaves in the middle of its upgrade is no harm', async ({ simulator, serves }) => {
  const { hostname, port } = new URL(simulator.url);
  const request = upgrade(path);
  for (let length = 0; length <= request.length; length += 10) {
    const socket = connectSocket(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(request.slice(0, length));
    socket.resetAndDestroy();
  }
  expect(await serves()).toBe(true);
});
