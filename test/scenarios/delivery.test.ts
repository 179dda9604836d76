import { describe, expect } from 'vitest';
import type { ClientPublish } from '../../client-sim/index.ts';
import type { PublishFields, Simulator } from '../../server/index.ts';
import { collectGarbage } from '../fixtures/garbage.ts';
import { it, type RawSession } from '../fixtures/raw-session.ts';

/** With a simulator of its own. */
const alone = it.extend('options', {});

/** A publish from alice to bob, unless the fields say otherwise. */
function message(fields: Partial<PublishFields> = {}): PublishFields {
  return { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine', ...fields };
}

/** What alice herself publishes to bob. */
const upstream: ClientPublish = { toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

/** What becomes of the first recipient: `delivered`, or why not. */
async function publishFor(simulator: Simulator, fields: Partial<PublishFields> = {}): Promise<string> {
  const [row] = (await simulator.publish(message(fields))).report.recipients;
  return row!.outcome === 'dropped' ? row!.reason : row!.outcome;
}

const contentsOf = (frames: readonly object[]) =>
  frames.flatMap((frame) => ('content' in frame ? [frame.content] : []));
const typesOf = (frames: readonly { type: string }[]) => frames.map(({ type }) => type);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

it('B1.1 a user is online once the client has seen its connected frame', async ({ simulator, connect }) => {
  const outcomes = new Set<string>();
  for (const userId of numbers(200)) {
    await connect(userId);
    outcomes.add(await publishFor(simulator, { toUserId: userId }));
  }
  expect([...outcomes]).toEqual(['delivered']);
});

it('B1.1 a user is offline once the client has seen its own close', async ({ simulator, connect }) => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const bob = await connect('bob');
    await bob.close();
    outcomes.add(await publishFor(simulator));
  }
  expect([...outcomes]).toEqual(['offline']);
});

it('B1.1 a user is offline once the server begins to close, answered or not', async ({
  simulator,
  send,
  openRaw,
}) => {
  const bob = await openRaw('bob');
  bob.socket.pause();
  await send('/sim/sessions/bob', { method: 'DELETE' });
  expect(await publishFor(simulator)).toBe('offline');
});

it('B1.1 a user stays online while one of two sessions is open', async ({ simulator, connect }) => {
  const [first] = await Promise.all([connect('bob'), connect('bob')]);
  await first.close();
  expect(await publishFor(simulator)).toBe('delivered');
});

it('B1.1 a session that breaks off without a close frame ends with its socket', async ({
  simulator,
  openRaw,
}) => {
  const bob = await openRaw('bob');
  const ended = new Promise((resolve) => simulator.on('session', resolve));
  bob.socket.terminate();
  await ended;
  expect(await publishFor(simulator)).toBe('offline');
});

it('B1.2 who connects right after a publish never gets it', async ({ simulator, connect }) => {
  await simulator.publish(message());
  const bob = await connect('bob');
  await bob.settle();
  expect(bob.received).toEqual([]);
});

alone(
  'B1.2 a publish reaches the sessions of its instant, though a listener ends one of them',
  async ({ simulator, connect }) => {
    const bob = await connect('bob');
    simulator.on('publish', () => void simulator.close());
    await simulator.publish(message());
    await bob.closed;
    expect(bob.received).toHaveLength(1);
  },
);

it('B1.2 blocking is judged when the publish is accepted', async ({ simulator, connect, postForm }) => {
  const bob = await connect('bob');
  await simulator.publish(message({ verifyBlacklist: 1 }));
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await bob.settle();
  expect(bob.received).toHaveLength(1);
});

it('B1.3 every open session of an online recipient gets the message', async ({ simulator, connect }) => {
  const platforms = ['ios', 'web', undefined, undefined] as const;
  const sessions = await Promise.all(platforms.map((platform) => connect({ userId: 'bob', platform })));
  const { messageUIDs } = await simulator.publish(message());
  const frames = await Promise.all(sessions.map((session) => session.next()));
  const expected = { type: 'status', messageUID: messageUIDs[0]!.messageUID, content: 'fine' };
  expect(frames).toMatchObject([expected, expected, expected, expected]);
});

it('B1.3 nobody else gets the message', async ({ simulator, connect }) => {
  const others = await Promise.all(['alice', 'cat'].map(connect));
  await connect('bob');
  await simulator.publish(message());
  await Promise.all(others.map((client) => client.settle()));
  expect(others.flatMap(({ received }) => received)).toEqual([]);
});

alone('B1.3 a user of the same name in another app gets nothing', async ({ simulator, connect }) => {
  const bob = await connect({ userId: 'bob', appKey: 'other' });
  await simulator.publish(message());
  await bob.settle();
  expect(bob.received).toEqual([]);
});

it('B1.4 a session gets a publish once, however often its user is named', async ({ simulator, connect }) => {
  const bob = await connect('bob');
  await simulator.publish(message({ toUserId: ['bob', 'cat', 'bob', 'bob'] }));
  await bob.settle();
  expect(bob.received).toHaveLength(1);
});

it('B1.4 the answer names a recipient once, in the order of first appearance', async ({ publish }) => {
  const { body } = await publish({ toUserId: ['cat', 'bob', 'cat', 'alice', 'bob'] });
  expect(body.messageUIDs.map(({ userId }) => userId)).toEqual(['cat', 'bob', 'alice']);
});

it('B1.4 each recipient gets the messageUID that the answer has for it', async ({ publish, connect }) => {
  const clients = await Promise.all(numbers(50).map(connect));
  const { body } = await publish({ toUserId: numbers(50) });
  const frames = await Promise.all(clients.map((client) => client.next({ type: 'status' })));
  const got = frames.map(({ messageUID }, index) => ({ userId: clients[index]!.userId, messageUID }));
  expect(got).toEqual(body.messageUIDs);
});

it.for([0, 1] as const)(
  'B1.5 a sender among the recipients gets it once, as a recipient, with isIncludeSender=%i',
  async (isIncludeSender, { simulator, connect }) => {
    const alice = await connect('alice');
    await simulator.publish(message({ toUserId: ['alice', 'bob'], isIncludeSender }));
    await alice.settle();
    expect(typesOf(alice.received)).toEqual(['status']);
  },
);

it('B1.6 each session of the sender gets one echo per publish', async ({ simulator, connect }) => {
  const sessions = await Promise.all([connect('alice'), connect('alice')]);
  await simulator.publish(message({ toUserId: ['bob', 'cat', 'dan'], isIncludeSender: 1 }));
  await Promise.all(sessions.map((session) => session.settle()));
  expect(sessions.map(({ received }) => typesOf(received))).toEqual([['echo'], ['echo']]);
});

it('B1.6 an echo carries the list of the HTTP answer', async ({ publish, connect }) => {
  const alice = await connect('alice');
  const { body } = await publish({ toUserId: ['bob', 'c"a\\t', '猫'], isIncludeSender: '1' });
  await expect(alice.next({ type: 'echo' })).resolves.toMatchObject({ messageUIDs: body.messageUIDs });
});

it('B1.6 an echo comes whether or not a recipient is online', async ({ simulator, connect }) => {
  const [alice] = await Promise.all([connect('alice'), connect('bob')]);
  await simulator.publish(message({ toUserId: 'bob', content: 'to one online', isIncludeSender: 1 }));
  await simulator.publish(message({ toUserId: 'cat', content: 'to one offline', isIncludeSender: 1 }));
  await alice.settle();
  expect(contentsOf(alice.received)).toEqual(['to one online', 'to one offline']);
});

it('B1.6 without isIncludeSender the sender gets nothing', async ({ simulator, connect }) => {
  const alice = await connect('alice');
  await simulator.publish(message());
  await alice.settle();
  expect(alice.received).toEqual([]);
});

it('B1.7 the answer lists the online, the blocking and the offline alike', async ({
  connect,
  postForm,
  publish,
}) => {
  await Promise.all(['bob', 'cat'].map(connect));
  await postForm('/user/blacklist/add.json', { userId: 'cat', blackUserId: 'alice' });
  const { body } = await publish({ toUserId: ['bob', 'cat', 'dan'], verifyBlacklist: '1' });
  const messageUID = expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
  const rows = ['bob', 'cat', 'dan'].map((userId) => ({ userId, messageUID }));
  expect(body).toEqual({ code: 200, messageUIDs: rows });
});

const blockings = [
  { title: 'bob, who blocks alice, is skipped with verifyBlacklist=1', verifyBlacklist: 1, reached: 0 },
  { title: 'bob, who blocks alice, is reached with verifyBlacklist=0', verifyBlacklist: 0, reached: 1 },
] as const;

it.for(blockings)('B1.8 $title', async ({ verifyBlacklist, reached }, { simulator, connect, postForm }) => {
  const bob = await connect('bob');
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await simulator.publish(message({ verifyBlacklist }));
  await bob.settle();
  expect(bob.received).toHaveLength(reached);
});

it('B1.8 who blocks somebody still reaches them', async ({ simulator, connect, postForm }) => {
  const alice = await connect('alice');
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await simulator.publish(message({ fromUserId: 'bob', toUserId: 'alice', verifyBlacklist: 1 }));
  await alice.settle();
  expect(alice.received).toHaveLength(1);
});

it('B1.9 after the HTTP answer and a barrier the message has arrived', async ({ publish, connect }) => {
  const bob = await connect('bob');
  const counts: number[] = [];
  for (let round = 0; round < 100; round++) {
    await publish();
    await bob.settle();
    counts.push(bob.received.length);
  }
  expect(counts).toEqual(numbers(100).map((round) => Number(round) + 1));
});

alone(
  'B1.9 a message precedes what the server writes later in the same turn',
  async ({ simulator, connect, openRaw }) => {
    await connect('cat');
    const bob = await openRaw('bob');
    bob.send({ type: 'subscribe', userIds: ['cat'] });
    await bob.settle();
    await simulator.publish(message());
    void simulator.close(); // tells bob that cat is offline
    await bob.closed;
    expect(typesOf(bob.frames.slice(-2))).toEqual(['status', 'presence']);
  },
);

alone(
  'B1.9 a message of the turn in which the session is closed arrives before the close',
  async ({ simulator, connect }) => {
    const bob = await connect('bob');
    await simulator.publish(message());
    void simulator.close();
    await bob.closed;
    expect(bob.received).toHaveLength(1);
  },
);

it('B1.10 a thousand publishes of one turn arrive in their order', async ({ simulator, connect }) => {
  const bob = await connect('bob');
  await Promise.all(numbers(1000).map((content) => simulator.publish(message({ content }))));
  await bob.settle();
  expect(contentsOf(bob.received)).toEqual(numbers(1000));
});

it('B1.10 a thousand publishes of one back end arrive in their order', async ({ publish, connect }) => {
  const bob = await connect('bob');
  for (const content of numbers(1000)) await publish({ objectName: 'app:mood', content });
  await bob.settle();
  expect(contentsOf(bob.received)).toEqual(numbers(1000));
});

it('B1.10 messages and echoes keep their order among each other', async ({ simulator, connect }) => {
  const alice = await connect('alice');
  for (const content of numbers(100)) {
    const isEcho = Number(content) % 2 === 0;
    await simulator.publish(
      message({ toUserId: isEcho ? 'bob' : 'alice', content, isIncludeSender: isEcho }),
    );
  }
  await alice.settle();
  expect(contentsOf(alice.received)).toEqual(numbers(100));
});

describe('with no limits', () => {
  it.override('options', { backlogBytes: Infinity, upstreamPerSecond: Infinity });

  it('B1.10 publishes of all sizes arrive in their order', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    const sizeOf = (number: string) => 10 + ((Number(number) * 7919) % 40_000);
    const publishes = numbers(300).map((number) => {
      return simulator.publish(message({ content: number.padEnd(sizeOf(number)) }));
    });
    await Promise.all(publishes);
    await bob.settle();
    const read = bob.received.map(({ content }) => [content.trimEnd(), content.length]);
    expect(read).toEqual(numbers(300).map((number) => [number, sizeOf(number)]));
  });

  it('B1.10 a thousand upstream publishes in flight arrive in their order', async ({ connect }) => {
    const [alice, bob] = await Promise.all([connect('alice'), connect('bob')]);
    await Promise.all(numbers(1000).map((content) => alice.publish({ ...upstream, content })));
    await bob.settle();
    expect(contentsOf(bob.received)).toEqual(numbers(1000));
  });

  it('B1.9 after the answer to an upstream publish and a barrier the message has arrived', async ({
    connect,
  }) => {
    const [alice, bob] = await Promise.all([connect('alice'), connect('bob')]);
    const counts: number[] = [];
    for (let round = 0; round < 100; round++) {
      await alice.publish(upstream);
      await bob.settle();
      counts.push(bob.received.length);
    }
    expect(counts).toEqual(numbers(100).map((round) => Number(round) + 1));
  });
});

describe('with a rate of 100', () => {
  it.override('options', { recipientsPerMinute: 100 });

  const refused: { mistake: string; fields: Partial<PublishFields> }[] = [
    { mistake: 'a sender who has no name', fields: { fromUserId: '' } },
    { mistake: 'one recipient with too long a name', fields: { toUserId: ['bob', 'x'.repeat(65)] } },
    { mistake: '1001 recipients', fields: { toUserId: ['bob', ...numbers(1000)] } },
    { mistake: 'more recipients than the rate allows', fields: { toUserId: ['bob', ...numbers(100)] } },
    { mistake: 'content that its type cannot have', fields: { objectName: 'RC:TxtMsg', content: 'plain' } },
  ];

  it.for(refused)(
    'B1.11 a publish refused for $mistake reaches nobody',
    async (row, { simulator, connect }) => {
      const clients = await Promise.all(['alice', 'bob'].map(connect));
      const fields = message({ isIncludeSender: 1, ...row.fields });
      await expect(async () => simulator.publish(fields)).rejects.toThrow();
      await Promise.all(clients.map((client) => client.settle()));
      expect(clients.flatMap(({ received }) => received)).toEqual([]);
    },
  );
});

describe('with a budget of 512 KiB and three drops', () => {
  it.override('options', { backlogBytes: 512 * 1024, slowDrops: 3, recipientsPerMinute: Infinity });

  const large = 'x'.repeat(128 * 1024);

  /** A session of bob's that reads nothing until it is told to. */
  async function openSlow(openRaw: (userId: string) => Promise<RawSession>): Promise<RawSession> {
    const bob = await openRaw('bob');
    bob.socket.pause();
    return bob;
  }

  /** Publishes to bob until one message is dropped; returns how many were not. */
  async function clog(simulator: Simulator, content = large): Promise<number> {
    for (let delivered = 0; delivered < 10_000; delivered++) {
      if ((await publishFor(simulator, { content })) === 'backpressure') return delivered;
    }
    throw new Error('The slow session swallowed everything.');
  }

  it('B1.12 a session over its budget does not get the message, for backpressure', async ({
    simulator,
    openRaw,
  }) => {
    await openSlow(openRaw);
    await clog(simulator);
    const { report } = await simulator.publish(message());
    const drop = { outcome: 'dropped', reason: 'backpressure', backpressure: 1 };
    expect(report.recipients).toMatchObject([drop]);
  });

  it('B1.12 what was reported as delivered arrives when the session reads again', async ({
    simulator,
    openRaw,
  }) => {
    const bob = await openSlow(openRaw);
    const delivered = await clog(simulator);
    bob.socket.resume();
    await bob.settle();
    expect(contentsOf(bob.frames)).toHaveLength(delivered);
  });

  it('B1.12 a session that reads again gets the next message, but none it missed', async ({
    simulator,
    openRaw,
  }) => {
    const bob = await openSlow(openRaw);
    await clog(simulator);
    await simulator.publish(message({ content: 'missed' }));
    bob.socket.resume();
    await bob.settle();
    await simulator.publish(message({ content: 'next' }));
    await bob.settle();
    expect(contentsOf(bob.frames).filter((content) => content !== large)).toEqual(['next']);
  });

  it('B1.12 a slow session delays no other one', async ({ simulator, connect, openRaw }) => {
    await openSlow(openRaw);
    const cat = await connect('cat');
    await clog(simulator);
    await simulator.publish(message({ toUserId: ['bob', 'cat'] }));
    await cat.settle();
    expect(cat.received).toHaveLength(1);
  });

  it('B1.12 the report tells the slow session from the other one of the same user', async ({
    simulator,
    connect,
    openRaw,
  }) => {
    await openSlow(openRaw);
    await clog(simulator);
    await connect('bob');
    const { report } = await simulator.publish(message());
    expect(report.recipients).toMatchObject([{ outcome: 'delivered', sessions: 1, backpressure: 1 }]);
  });

  it('B1.12 an echo is dropped for a slow sender, too', async ({ simulator, openRaw }) => {
    await openSlow(openRaw);
    await clog(simulator);
    const { report } = await simulator.publish(
      message({ fromUserId: 'bob', toUserId: 'cat', isIncludeSender: 1 }),
    );
    expect(report.echo).toEqual({ outcome: 'backpressure' });
  });

  it('B1.12 B5.4 after too many drops in a row the session is closed with 4008', async ({
    simulator,
    openRaw,
  }) => {
    const bob = await openSlow(openRaw);
    await clog(simulator);
    for (let drop = 2; drop <= 3; drop++) await simulator.publish(message());
    bob.socket.resume();
    await expect(bob.closed).resolves.toBe(4008);
  });

  it('B1.12 a session that is closed as too slow is offline at once', async ({ simulator, openRaw }) => {
    await openSlow(openRaw);
    await clog(simulator);
    const outcomes: string[] = [];
    for (let times = 0; times < 3; times++) outcomes.push(await publishFor(simulator));
    expect(outcomes).toEqual(['backpressure', 'backpressure', 'offline']);
  });

  it('B1.12 a message that gets through ends the row of drops', async ({ simulator, openRaw }) => {
    const bob = await openSlow(openRaw);
    for (let round = 0; round < 3; round++) {
      bob.socket.pause();
      await clog(simulator);
      bob.socket.resume();
      await bob.settle();
    }
    expect(await publishFor(simulator)).toBe('delivered');
  });

  it('B1.12 small messages fill the budget like large ones, even in one turn', async ({
    simulator,
    openRaw,
  }) => {
    await openSlow(openRaw);
    const delivered = await clog(simulator, 'x'.repeat(1024));
    expect(delivered).toBeGreaterThan(512);
  });
});

describe('with a budget of 100 bytes', () => {
  it.override('options', { backlogBytes: 100 });

  it('B1.12 many messages of one turn are no backlog for who reads', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    await Promise.all(numbers(1000).map((content) => simulator.publish(message({ content }))));
    await bob.settle();
    expect(contentsOf(bob.received)).toEqual(numbers(1000));
  });
});

describe('with a rate of 5', () => {
  it.override('options', { recipientsPerMinute: 5 });

  it('B1.13 the rate counts distinct recipients, online or not', async ({ simulator, connect }) => {
    await connect('bob');
    await simulator.publish(message({ toUserId: ['bob', 'bob', 'bob', 'cat'] }));
    await simulator.publish(message({ toUserId: ['dan', 'eve', 'fay'] }));
    await expect(async () => simulator.publish(message())).rejects.toMatchObject({ code: 1008 });
  });

  it('B1.13 an echo does not count', async ({ simulator, connect }) => {
    await connect('alice');
    const publish = async () => {
      return (await simulator.publish(message({ isIncludeSender: 1 }))).report.echo.outcome;
    };
    expect(await Promise.all(numbers(5).map(publish))).toEqual(numbers(5).map(() => 'echoed'));
  });

  it('B1.13 a publish of a client does not count', async ({ simulator, connect }) => {
    const alice = await connect('alice');
    for (let round = 0; round < 10; round++) await alice.publish(upstream);
    const { messageUIDs } = await simulator.publish(message({ toUserId: numbers(5) }));
    expect(messageUIDs).toHaveLength(5);
  });

  it('B1.13 a client may publish when the rate is used up', async ({ simulator, connect }) => {
    const alice = await connect('alice');
    await simulator.publish(message({ toUserId: numbers(5) }));
    await expect(alice.publish(upstream)).resolves.toHaveLength(1);
  });
});

it('B2.1 the report gives each recipient an outcome', async ({ simulator, connect, postForm }) => {
  await Promise.all(['bob', 'bob', 'cat'].map(connect));
  await postForm('/user/blacklist/add.json', { userId: 'cat', blackUserId: 'alice' });
  const fields = message({ toUserId: ['bob', 'cat', 'dan'], verifyBlacklist: 1 });
  const { report, messageUIDs } = await simulator.publish(fields);
  const [bob, cat, dan] = messageUIDs;
  expect(report.recipients).toEqual([
    { ...bob, outcome: 'delivered', sessions: 2 },
    { ...cat, outcome: 'dropped', reason: 'blocked' },
    { ...dan, outcome: 'dropped', reason: 'offline' },
  ]);
});

const echoes: { echo: object; online: string[]; fields: Partial<PublishFields> }[] = [
  {
    echo: { outcome: 'echoed', sessions: 2 },
    online: ['alice', 'alice'],
    fields: { isIncludeSender: 1 },
  },
  { echo: { outcome: 'not-requested' }, online: ['alice'], fields: {} },
  { echo: { outcome: 'sender-offline' }, online: [], fields: { isIncludeSender: 1 } },
  {
    echo: { outcome: 'already-recipient' },
    online: ['alice'],
    fields: { toUserId: 'alice', isIncludeSender: 1 },
  },
];

it.for(echoes)('B2.1 the report says of the echo: $echo.outcome', async (row, { simulator, connect }) => {
  await Promise.all(row.online.map(connect));
  expect((await simulator.publish(message(row.fields))).report.echo).toEqual(row.echo);
});

it('B2.2 the answer of RongCloud shows no outcome', async ({ connect, publish }) => {
  await connect('bob');
  const { body } = await publish();
  expect(body).toEqual({ code: 200, messageUIDs: [{ userId: 'bob', messageUID: expect.any(String) }] });
});

it('B2.3 neither the report nor the event of a publish holds the content', async ({ simulator, connect }) => {
  const told: unknown[] = [];
  simulator.on('publish', (event) => told.push(event));
  await connect('bob');
  told.push(await simulator.publish(message({ content: 'a secret' })));
  expect(JSON.stringify(told)).not.toContain('secret');
});

it('B2.3 the server keeps no report that it has handed over', async ({ simulator, connect }) => {
  const bob = await connect('bob');
  simulator.on('publish', () => {});
  const report = new WeakRef((await simulator.publish(message())).report);
  await bob.settle();
  await new Promise(setImmediate); // what a WeakRef was made of, V8 keeps until the event loop turns
  collectGarbage();
  expect(report.deref()).toBeUndefined();
});
