import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import { type ClusterNode, type ClusterOptions, startSimulator } from '../../server/index.ts';
import { LocalNetwork } from '../fixtures/local-network.ts';

const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'hi' };

const it = test
  .extend('network', () => new LocalNetwork())
  /** So long that a busy machine does not pass for a node that is gone. */
  .extend('times', { clusterDeadlineMs: 60_000, clusterSilenceMs: 600_000 })
  .extend('join', ({ network, times }, { onCleanup }) => {
    const nodes: ClusterNode[] = [];
    onCleanup(async () => void (await Promise.all(nodes.map((node) => node.close()))));
    return async (nodeName: string, options: Partial<ClusterOptions> = {}) => {
      const cluster = network.broker();
      const node = await startSimulator({ ...times, ...options, nodeName, cluster });
      nodes.push(node);
      return node;
    };
  })
  .extend('pair', async ({ join }) => [await join('a'), await join('b')] as const);

/** A test that waits for a deadline to pass. */
const impatient = it.extend('times', { clusterDeadlineMs: 2000, clusterSilenceMs: 600_000 });

const outcomesOf = async (node: ClusterNode, fields = {}) => {
  const { report } = await node.publish({ ...message, ...fields });
  return report.recipients.map((row) => (row.outcome === 'delivered' ? row.sessions : row.reason));
};

async function call(node: ClusterNode, path: string, fields: Record<string, string> = {}) {
  const body = new URLSearchParams(fields);
  return (await fetch(node.url + path, { method: 'POST', body })).json() as Promise<Record<string, unknown>>;
}

async function sim(node: ClusterNode, method: string, path: string, body?: object) {
  const headers = { 'Content-Type': 'application/json' };
  const json = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  return (await fetch(node.url + path, { method, ...json })).json() as Promise<Record<string, unknown>>;
}

it('B9.1 a user with sessions on two nodes gets a message in each of them, and the report counts both', async ({
  pair: [a, b],
}) => {
  const sessions = [
    await connectClient(a.wsUrl, { userId: 'bob' }),
    await connectClient(b.wsUrl, { userId: 'bob' }),
  ];
  expect(await outcomesOf(a)).toEqual([2]);
  await Promise.all(sessions.map((session) => session.settle()));
  expect(sessions.map(({ received }) => received.length)).toEqual([1, 1]);
});

it('B9.1 on another node each recipient gets the message with the messageUID of the answer', async ({
  pair: [a, b],
}) => {
  const toUserId = ['bob', 'carol'];
  const clients = await Promise.all(toUserId.map((userId) => connectClient(b.wsUrl, { userId })));
  const { messageUIDs } = await a.publish({ ...message, toUserId });
  await Promise.all(clients.map((client) => client.settle()));
  expect(clients.map(({ received }) => received)).toMatchObject(
    messageUIDs.map(({ messageUID }) => [{ messageUID }]),
  );
});

it('B14.4 B9.9 a look at an app makes it on no node, and sees what there is on another one', async ({
  pair: [a, b],
}) => {
  const appsOf = async (node: ClusterNode) => (await sim(node, 'GET', '/sim/apps')).apps;
  for (const path of ['presence', 'clients', 'clients/a:1/inbox'])
    await sim(b, 'GET', `/sim/${path}?appKey=one`);
  expect([await appsOf(a), await appsOf(b)]).toEqual([[], []]);
  await connectClient(a.wsUrl, { userId: 'bob', appKey: 'one' });
  expect(await sim(b, 'GET', '/sim/presence?appKey=one')).toMatchObject({ online: 1 });
});

it('B9.1 no two nodes give the same messageUID, with a seed neither', async ({ join }) => {
  const nodes = [await join('a', { seed: 'one' }), await join('b', { seed: 'one' })];
  const [one, other] = await Promise.all(nodes.map((node) => node.publish(message)));
  expect(one!.messageUIDs).not.toEqual(other!.messageUIDs);
});

it('B9.2 a node that has joined later knows the blacklists and the groups', async ({ join }) => {
  const a = await join('a');
  await call(a, '/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await call(a, '/group/create.json', { userId: 'carol', groupId: 'team', groupName: 'Team' });
  const b = await join('b');
  const [users, members] = [
    await call(b, '/user/blacklist/query.json', { userId: 'bob' }),
    await call(b, '/group/user/query.json', { groupId: 'team' }),
  ];
  expect([users.users, members.users]).toEqual([['alice'], [{ id: 'carol' }]]);
});

it('B9.2 a node that has joined later knows users, their blocks and allow lists, and what groups are', async ({
  join,
}) => {
  const a = await join('a');
  const { token } = await call(a, '/user/getToken.json', { userId: 'bob', name: 'Bob' });
  await call(a, '/user/token/expire.json', { userId: 'bob', time: String(Number.MAX_SAFE_INTEGER) });
  await call(a, '/user/block.json', { userId: 'carol', minute: '10' });
  await call(a, '/user/whitesetting/set.json', { userId: 'bob', whiteSetting: '1' });
  const group = { groupId: 'team', name: 'Team', owner: 'ann', userIds: 'bob' };
  await call(a, '/entrust/group/create.json', group);
  const b = await join('b');
  const queries = [
    ['/user/info.json', { userId: 'bob' }],
    ['/user/block/query.json', {}],
    ['/user/whitesetting/query.json', { userId: 'bob' }],
    ['/entrust/group/profile/query.json', { groupIds: 'team' }],
    ['/entrust/group/member/query.json', { groupId: 'team' }],
  ] as const;
  const answersOf = (node: ClusterNode) =>
    Promise.all(queries.map(([path, fields]) => call(node, path, fields)));
  expect(await answersOf(b)).toEqual(await answersOf(a));
  expect((await answersOf(b)).map(({ code }) => code)).toEqual(queries.map(() => 200));
  expect(await outcomesOf(b, { verifyBlacklist: 1 })).toEqual(['blocked']);
  const logins = [{ token: String(token) }, { userId: 'carol' }];
  const refusals = logins.map((login) => connectClient(b.wsUrl, login).catch(({ closeCode }) => closeCode));
  expect(await Promise.all(refusals)).toEqual([4001, 4012]);
  await sim(b, 'POST', '/sim/reset');
  expect((await answersOf(a)).map(({ code }) => code)).toEqual([1002, 200, 200, 200, 200]);
});

it('B10.1 a node that could not be reached ends the sessions of a blocked user when it is back', async ({
  network,
  pair: [a, b],
}) => {
  const bob = await connectClient(b.wsUrl, { userId: 'bob' });
  network.down(true);
  await call(a, '/user/block.json', { userId: 'bob', minute: '10' });
  network.down(false);
  await expect(bob.closed).resolves.toMatchObject({ code: 4012 });
  await b.presence('bob');
  expect((await a.presence('bob')).online).toBe(false);
});

it('B9.2 changes of one list on all nodes at once leave it the same everywhere', async ({ pair }) => {
  const changes = Array.from({ length: 60 }, (_, index) => {
    const change = index % 3 === 0 ? 'remove' : 'add';
    const fields = { userId: 'bob', blackUserId: `user ${index % 5}` };
    return call(pair[index % 2]!, `/user/blacklist/${change}.json`, fields);
  });
  await Promise.all(changes);
  const [a, b] = await Promise.all(
    pair.map((node) => call(node, '/user/blacklist/query.json', { userId: 'bob' })),
  );
  expect(a!.users).toEqual(b!.users);
});

it('B9.2 after an outage the version of a list counts that was changed last', async ({
  network,
  pair: [a, b],
}) => {
  network.down(true);
  await call(a, '/user/blacklist/add.json', { userId: 'bob', blackUserId: 'first' });
  await call(b, '/user/blacklist/add.json', { userId: 'bob', blackUserId: 'second' });
  network.down(false);
  await a.presence('bob'); // by now each has told the other
  await b.presence('bob');
  const lists = await Promise.all(
    [a, b].map((node) => call(node, '/user/blacklist/query.json', { userId: 'bob' })),
  );
  expect(lists.map(({ users }) => users)).toEqual([['second'], ['second']]);
});

impatient(
  'B9.3 the users of a node that does not answer are unknown, whoever else is reached is not',
  async ({ network, pair: [a, b] }) => {
    await connectClient(a.wsUrl, { userId: 'alice' });
    const bob = await connectClient(b.wsUrl, { userId: 'bob' });
    network.hang('b', true);
    const toUserId = ['alice', 'bob', 'nobody'];
    const { report } = await a.publish({ ...message, fromUserId: 'carol', toUserId, isIncludeSender: 1 });
    network.hang('b', false);
    await b.publish({ ...message, content: 'after' });
    await bob.settle();
    expect(report.recipients).toMatchObject([
      { outcome: 'delivered' },
      { reason: 'unknown' },
      { reason: 'unknown' },
    ]);
    expect([report.echo, bob.received.map(({ content }) => content)]).toEqual([
      { outcome: 'unknown' },
      ['after'],
    ]);
  },
);

impatient(
  'B9.3 a node whose texts are lost is unknown, and tells all of it again afterwards',
  async ({ network, pair: [a, b] }) => {
    network.fault('a', { lost: true }); // a hears nothing
    await connectClient(b.wsUrl, { userId: 'bob' });
    expect(await outcomesOf(a)).toEqual(['unknown']);
    network.fault('a');
    await connectClient(b.wsUrl, { userId: 'carol' }); // by which a sees that it has missed something
    expect([(await a.presence('bob')).online, await outcomesOf(a)]).toEqual([true, [1]]);
  },
);

it('B9.4 who has seen connected is online on every node', async ({ pair: [a, b] }) => {
  const online: unknown[] = [];
  for (let round = 0; round < 20; round++) {
    await connectClient(a.wsUrl, { userId: `user ${round}` });
    online.push((await call(b, '/user/checkOnline.json', { userId: `user ${round}` })).status);
  }
  expect(online).toEqual(Array.from({ length: 20 }, () => '1'));
});

it('B9.4 a login on one node kicks the session of its class on another', async ({ pair: [a, b] }) => {
  const first = await connectClient(a.wsUrl, { userId: 'bob', platform: 'ios' });
  await connectClient(b.wsUrl, { userId: 'bob', platform: 'android' });
  expect([(await first.closed).code, await outcomesOf(a)]).toEqual([4010, [1]]);
});

it('B9.4 of two logins of one class on two nodes at once, one stays', async ({ network, pair: [a, b] }) => {
  for (const name of ['a', 'b']) network.fault(name, { delayMs: 50 });
  const login = { userId: 'bob', platform: 'ios' } as const;
  await Promise.allSettled([a, b].map((node) => connectClient(node.wsUrl, login)));
  const seen = [await a.presence('bob'), await b.presence('bob')];
  expect(seen.map(({ sessions }) => sessions.length)).toEqual([1, 1]);
});

it.for([
  { what: 'the one opened later stays', openedAt: [2, 1], leaves: 1 },
  { what: 'the one opened later stays, on the other node, too', openedAt: [1, 2], leaves: 0 },
  { what: 'at the same time, the nodes agree which stays', openedAt: [1, 1], leaves: 0 },
] as const)(
  'B9.4 of two sessions of one class that an outage let in: $what',
  async ({ openedAt, leaves }, { network, pair }) => {
    network.down(true);
    const clients = [];
    for (const [index, node] of pair.entries()) {
      node.app().clock.freeze(openedAt[index]!);
      clients.push(await connectClient(node.wsUrl, { userId: 'bob', platform: 'ios' }));
    }
    network.down(false);
    await expect(clients[leaves]!.closed).resolves.toMatchObject({ code: 4010 });
    const seen = [await pair[0].presence('bob'), await pair[1].presence('bob')];
    const { sessionId } = clients[1 - leaves]!;
    expect(seen.map(({ sessions }) => sessions.map((session) => session.sessionId))).toEqual([
      [sessionId],
      [sessionId],
    ]);
  },
);

it('B9.5 without the others a node answers at once, and says that it is degraded', async ({
  network,
  pair: [a, b],
}) => {
  await connectClient(a.wsUrl, { userId: 'alice' });
  await connectClient(b.wsUrl, { userId: 'bob' });
  network.down(true);
  const outcomes = await outcomesOf(a, { fromUserId: 'carol', toUserId: ['alice', 'bob'] });
  let ready: Response;
  // On a busy machine it may be overloaded for a moment, too, which it says first.
  do ready = await fetch(`${a.url}/readyz`);
  while (ready.status === 503);
  expect([outcomes, ready.status, await ready.json()]).toEqual([[1, 'unknown'], 200, { status: 'degraded' }]);
  network.down(false);
  expect(await outcomesOf(a, { toUserId: ['alice', 'bob'], fromUserId: 'carol' })).toEqual([1, 1]);
});

it('B9.6 a node that leaves in order takes its users with it', async ({ pair: [a, b] }) => {
  await connectClient(b.wsUrl, { userId: 'bob' });
  await b.close();
  expect(await outcomesOf(a)).toEqual(['offline']);
});

it('B9.7 publishes of one caller, each to the next node, arrive in their order', async ({ join }) => {
  const nodes = [await join('a'), await join('b'), await join('c')];
  const bob = await connectClient(nodes[2]!.wsUrl, { userId: 'bob' });
  const contents = Array.from({ length: 100 }, (_, index) => String(index));
  for (const [index, content] of contents.entries()) {
    await nodes[index % 3]!.publish({ ...message, content });
  }
  await bob.settle();
  expect(bob.received.map(({ content }) => content)).toEqual(contents);
});

it('B9.7 publishes that one node takes without an answer in between arrive in their order', async ({
  pair: [a, b],
}) => {
  const bob = await connectClient(b.wsUrl, { userId: 'bob' });
  const contents = Array.from({ length: 300 }, (_, index) => String(index));
  await Promise.all(contents.map((content) => a.publish({ ...message, content })));
  await bob.settle();
  expect(bob.received.map(({ content }) => content)).toEqual(contents);
});

it('B9.7 without an answer in between, what a slower node took arrives later', async ({
  network,
  pair: [a, b],
}) => {
  const bob = await connectClient(b.wsUrl, { userId: 'bob' });
  network.fault('b', { delayMs: 100 });
  const first = a.publish({ ...message, content: 'first, by the other node' });
  const second = b.publish({ ...message, content: 'second, by the node of bob' });
  await Promise.all([first, second]);
  await bob.settle();
  const contents = bob.received.map(({ content }) => content);
  expect(contents).toEqual(['second, by the node of bob', 'first, by the other node']);
});

it('B9.8 the rate of an app counts what every node takes', async ({ join }) => {
  const options = { recipientsPerMinute: 4 };
  const nodes = [await join('a', options), await join('b', options)];
  for (const node of [...nodes, ...nodes]) await node.publish(message);
  await expect(nodes[0]!.publish(message)).rejects.toMatchObject({ code: 1008 });
});

it('B9.9 a fault, the clock and the barrier are those of all nodes', async ({ pair: [a, b] }) => {
  const bob = await connectClient(b.wsUrl, { userId: 'bob' });
  await sim(a, 'PUT', '/sim/faults', { fault: 'drop-next', userId: 'bob', count: 1 });
  const outcomes = [await outcomesOf(a), await outcomesOf(a)];
  await sim(a, 'POST', '/sim/clock', { action: 'freeze', at: 1_795_424_866_000 });
  const { now } = await sim(b, 'GET', '/sim/clock');
  const { sessions } = await sim(a, 'POST', '/sim/settle', {});
  expect([outcomes, now, sessions, bob.received.length]).toEqual([[['fault'], [1]], 1_795_424_866_000, 1, 1]);
});

it('B9.9 a fault finds its session on any node, and is explained there', async ({ pair: [a, b] }) => {
  await connectClient(a.wsUrl, { userId: 'bob', platform: 'web' });
  const phone = await connectClient(b.wsUrl, { userId: 'bob', platform: 'ios' });
  const { sessionId } = phone;
  await sim(a, 'PUT', '/sim/faults', { fault: 'drop-next', userId: 'bob', sessionId, count: 1 });
  const { explanations } = await sim(a, 'POST', '/sim/publish', message);
  await phone.settle();
  expect([[explanations].flat()[0], phone.received]).toEqual([
    `"bob" gets it: online with 1 session (B1.3); the fault drop-next on session ${sessionId} loses it (B6.10).`,
    [],
  ]);
});

it('B9.9 a reset of one node is one of all', async ({ pair: [a, b] }) => {
  const bob = await connectClient(b.wsUrl, { userId: 'bob' });
  await call(b, '/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await sim(a, 'POST', '/sim/reset');
  const { users } = await call(b, '/user/blacklist/query.json', { userId: 'bob' });
  expect([(await bob.closed).code, users]).toEqual([4011, []]);
});

it('B9.9 the trace of one node tells what happens on all', async ({ pair: [a, b] }) => {
  const reading = request(`${a.url}/sim/trace`).end();
  const [stream] = (await once(reading, 'response')) as [IncomingMessage];
  await b.publish(message);
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  reading.destroy();
  expect(String(chunk)).toMatch(/^event: publish\n.*"fromUserId":"alice"/);
});

it('B9.9 a hosted client answers on every node', async ({ pair: [a, b] }) => {
  const { id } = await sim(b, 'POST', '/sim/clients', { userId: 'bob' });
  await a.publish(message);
  await sim(a, 'POST', `/sim/clients/${id}/settle`, {});
  const { frames } = await sim(a, 'GET', `/sim/clients/${id}/inbox`);
  const { clients } = await sim(a, 'GET', '/sim/clients');
  expect([frames, clients]).toMatchObject([[{ content: 'hi' }], [{ id, received: 1 }]]);
});

it('B9.9 what is claimed of a hosted client is judged on every node', async ({ pair: [a, b] }) => {
  await sim(b, 'POST', '/sim/clients', { userId: 'bob' });
  await a.publish(message);
  const claim = { userId: 'bob', received: true };
  await expect(sim(a, 'POST', '/sim/expect', { ...claim, match: { content: 'hi' } })).resolves.toMatchObject({
    holds: true,
  });
  await expect(sim(a, 'POST', '/sim/expect', { ...claim, match: { content: 'ho' } })).resolves.toMatchObject({
    holds: false,
    explanation: expect.stringContaining('content is "hi", not "ho"'),
  });
});

it('B9.9 what is asked before it is sent counts the users of all nodes', async ({ pair: [a, b] }) => {
  await connectClient(b.wsUrl, { userId: 'bob' });
  const { report } = await sim(a, 'POST', '/sim/explain', message);
  expect(report).toMatchObject({ recipients: [{ outcome: 'delivered', sessions: 1 }] });
});

it('B9.1 what no node of this version says is ignored', async ({ network, pair: [a, b] }) => {
  await connectClient(b.wsUrl, { userId: 'bob' });
  const stranger = network.broker();
  await stranger.join('stranger', { onText() {}, onUp() {}, onDown() {} });
  const texts = [
    '',
    'null',
    '[]',
    '{"v":2,"from":"x","kind":"bye","at":1}',
    '{"v":1,"from":1}',
    '{"v":1,"from":"x","kind":"publish","at":1,"app":"default","body":{"request":7}}',
  ];
  for (const text of texts) await stranger.toAll(text);
  await stranger.close();
  expect(await outcomesOf(a)).toEqual([1]);
});

describe('the initial state of nodes that have the same', () => {
  const initialState = [{ online: [{ userId: 'bob' }], groups: { team: ['bob', 'carol'] } }];
  const look = async (node: ClusterNode) => [
    (await sim(node, 'GET', '/sim/presence')).users,
    (await call(node, '/group/user/query.json', { groupId: 'team' })).users,
  ];
  const told = [[{ userId: 'bob', sessions: 1 }], [{ id: 'bob' }, { id: 'carol' }]];

  it('B9.9 brings each user online on one of them', async ({ join }) => {
    const nodes = [await join('a', { initialState }), await join('b', { initialState })];
    expect(await Promise.all(nodes.map(look))).toEqual([told, told]);
  });

  it('B9.1 B9.9 a node that starts takes it from one that is slow to answer', async ({ join, network }) => {
    const first = await join('a', { initialState });
    network.fault('b', { delayMs: 200 });
    const nodes = [first, await join('b', { initialState })];
    expect(await Promise.all(nodes.map(look))).toEqual([told, told]);
  });

  it('B9.9 comes back with a reset of any of them, on all', async ({ join }) => {
    const nodes = [await join('a', { initialState }), await join('b', { initialState })];
    await call(nodes[0]!, '/group/join.json', { groupId: 'team', userId: 'dave' });
    await call(nodes[1]!, '/group/quit.json', { groupId: 'team', userId: 'carol' });
    await sim(nodes[1]!, 'POST', '/sim/reset');
    expect(await Promise.all(nodes.map(look))).toEqual([told, told]);
    await sim(nodes[0]!, 'POST', '/sim/reset');
    expect(await Promise.all(nodes.map(look))).toEqual([told, told]);
  });
});
