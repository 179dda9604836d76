import { expect, test } from 'vitest';
import { Cluster, type ClusterHost, noAnswer } from '../../server/cluster/cluster.ts';
import { parseMessage } from '../../server/cluster/link.ts';
import { ScriptedBroker } from './scripted-broker.ts';

/** Notes what the cluster has it do. */
class NotingHost implements ClusterHost {
  readonly notes: string[] = [];
  answer = (): unknown => undefined;

  receive({ from, kind }: { from: string; kind: string }): unknown {
    this.notes.push(`${kind} of ${from}`);
    return this.answer();
  }
  state(): unknown[] {
    return ['first', 'second'];
  }
  adopt(node: string, state: readonly unknown[]): void {
    this.notes.push(`adopt ${node}: ${state.join(', ')}`);
    this.heard(`adopt ${node}`);
  }
  hide(node: string): void {
    this.notes.push(`hide ${node}`);
    this.heard(`hide ${node}`);
  }
  forget(node: string): void {
    this.notes.push(`forget ${node}`);
    this.heard(`forget ${node}`);
  }

  readonly failures: unknown[] = [];

  failed(error: unknown): void {
    this.failures.push(error);
  }

  heard = (_: string): void => {};

  /** Resolves when the cluster says so. */
  until(what: string): Promise<void> {
    return new Promise((resolve) => {
      this.heard = (said) => said === what && resolve();
    });
  }
}

const times = { deadlineMs: 100, checkMs: 10, beatMs: 20, silenceMs: 60_000 };

const it = test
  .extend('broker', () => new ScriptedBroker())
  .extend('host', () => new NotingHost())
  .extend('begin', ({ broker, host }, { onCleanup }) => async (more: Partial<typeof times> = {}) => {
    const cluster = new Cluster('a', broker, { ...times, ...more });
    onCleanup(() => cluster.close());
    await cluster.start(host);
    return cluster;
  })
  /** With the node b, which is known. */
  .extend('cluster', async ({ begin, broker }) => {
    const cluster = await begin();
    broker.there = new Set(['b']);
    await broker.say('b', 'hello', { ask: 1 });
    await broker.say('b', 'state', { body: { part: 'all', isFirst: true, isLast: true, seq: 2 } });
    broker.sent.length = 0;
    return cluster;
  });

it('B9.1 who is alone tells nobody, and asks nobody', async ({ begin, broker }) => {
  const cluster = await begin();
  broker.sent.length = 0;
  cluster.notify('closed', 'app');
  expect([await cluster.request('sync', 'app'), broker.sent]).toEqual([{ bodies: [], isComplete: true }, []]);
});

it('B9.2 a node that is new is told the state, in its parts', async ({ begin, broker }) => {
  await begin();
  broker.sent.length = 0;
  await broker.say('b', 'hello', { ask: 7 });
  const parts = broker.sent
    .filter(({ kind }) => kind === 'state')
    .map(({ to, body }) => [to, Object(body).part]);
  expect(parts).toEqual([
    ['b', 'first'],
    ['b', 'second'],
  ]);
  expect(broker.last('answer')).toMatchObject({ to: 'b', ask: 7 });
});

it('B9.2 a state counts when all its parts are there', async ({ cluster: _, broker, host }) => {
  host.notes.length = 0;
  await broker.say('b', 'state', { body: { part: 1, isFirst: true } });
  await broker.say('b', 'state', { body: { part: 2 } });
  expect(host.notes).toEqual([]);
  await broker.say('b', 'state', { body: { part: 3, isLast: true } });
  expect(host.notes).toEqual(['adopt b: 1, 2, 3']);
});

it('B9.2 what is missing is asked for, once', async ({ cluster: _, broker, host }) => {
  host.notes.length = 0;
  await broker.text(JSON.stringify({ v: 1, from: 'b', at: 0, kind: 'opened', seq: 9 }));
  await broker.text(JSON.stringify({ v: 1, from: 'b', at: 0, kind: 'opened', seq: 12 }));
  expect(broker.sent).toEqual([{ to: 'b', kind: 'want' }]);
  expect(host.notes).toEqual(['opened of b', 'opened of b']);
});

it('B9.2 who asks for the state gets it', async ({ cluster: _, broker }) => {
  await broker.say('b', 'want');
  expect(broker.sent.map(({ to, kind }) => `${kind} to ${to}`)).toEqual(['state to b', 'state to b']);
});

it('B9.2 what comes twice counts once', async ({ cluster: _, broker, host }) => {
  host.notes.length = 0;
  const text = JSON.stringify({ v: 1, from: 'b', at: 0, kind: 'opened', seq: 3 });
  await broker.text(text);
  await broker.text(text);
  expect(host.notes).toEqual(['opened of b']);
});

it('B9.2 a node that nobody knew is asked who it is, whatever it says', async ({ begin, broker }) => {
  await begin();
  await broker.say('c', 'opened');
  expect(broker.last('want')).toMatchObject({ to: 'c' });
});

it('B9.3 a question is answered when all who are known have answered it', async ({ cluster, broker }) => {
  const answers = cluster.request('sync', 'app', 'question');
  const { ask, body } = broker.last('sync')!;
  await broker.say('b', 'answer', { ask, body: 'answer' });
  await broker.say('b', 'answer', { ask, body: 'again' });
  expect([body, await answers]).toEqual(['question', { bodies: ['answer'], isComplete: true }]);
});

it('B9.3 who listens to the engine and is no node is not waited for', async ({ cluster, broker }) => {
  broker.receivers = 5;
  const answers = cluster.request('sync', 'app');
  await broker.say('b', 'answer', { ask: broker.last('sync')!.ask, body: 1 });
  expect(await answers).toEqual({ bodies: [1], isComplete: true });
});

it('B9.3 a node that does not answer is waited for until the deadline', async ({ cluster }) => {
  expect(await cluster.request('sync', 'app')).toEqual({ bodies: [], isComplete: false });
  expect(await cluster.requestOne('b', 'request', 'app', {}, 0)).toEqual({ bodies: [], isComplete: false });
});

it('B4.6 ten thousand questions wait for their answers at most, and the next one is not asked', async ({
  begin,
  broker,
}) => {
  const cluster = await begin({ deadlineMs: 60_000, checkMs: 60_000 });
  broker.there = new Set(['b']);
  await broker.say('b', 'hello', { ask: 1 });
  broker.sent.length = 0;
  const asked = Array.from({ length: 10_000 }, () => cluster.request('sync', 'app'));
  expect(await cluster.request('sync', 'app')).toEqual({ bodies: [], isComplete: false });
  expect(broker.sent).toHaveLength(10_000);
  await broker.say('b', 'bye');
  await Promise.all(asked);
});

it('B9.3 so is one of whom the broker cannot tell whether it is there', async ({ cluster, broker }) => {
  broker.there = undefined;
  expect(await cluster.request('sync', 'app')).toEqual({ bodies: [], isComplete: false });
});

it('B9.5 while the others cannot be reached nobody is asked, and what is told is lost', async ({
  cluster,
  broker,
}) => {
  broker.down();
  cluster.notify('closed', 'app');
  expect([cluster.isUp, cluster.isAlone, await cluster.request('sync', 'app'), broker.sent]).toEqual([
    false,
    false,
    { bodies: [], isComplete: false },
    [],
  ]);
});

it('B9.5 who has not come back yet after an outage may be there all the same', async ({
  cluster,
  broker,
  host,
}) => {
  broker.down();
  broker.there = new Set();
  broker.up();
  expect([await cluster.request('sync', 'app'), host.notes.includes('forget b')]).toEqual([
    { bodies: [], isComplete: false },
    false,
  ]);
});

it('B9.6 who was heard and is not there has gone', async ({ cluster, broker, host }) => {
  broker.there = new Set();
  expect([await cluster.request('sync', 'app'), host.notes.at(-1), cluster.others]).toEqual([
    { bodies: [], isComplete: true },
    'forget b',
    [],
  ]);
});

it('B9.6 the beat finds that, too', async ({ cluster, broker, host }) => {
  const forgotten = host.until('forget b');
  broker.there = new Set();
  await forgotten;
  expect(cluster.others).toEqual([]);
});

it('B9.6 who says goodbye has gone, and may do so twice', async ({ cluster, broker, host }) => {
  await broker.say('b', 'bye');
  await broker.text(JSON.stringify({ v: 1, from: 'b', at: 0, kind: 'bye', seq: 99 }));
  expect([host.notes.filter((note) => note === 'forget b').length > 0, cluster.others]).toEqual([true, []]);
});

it('B9.6 who is silent is hidden, until it is heard again and has told its state', async ({
  begin,
  broker,
  host,
}) => {
  const cluster = await begin({ silenceMs: 60 });
  broker.there = new Set(['b']);
  const hidden = host.until('hide b');
  await broker.say('b', 'hello');
  await hidden;
  expect(cluster.hidden).toEqual(['b']);
  await broker.say('b', 'beat');
  expect(broker.last('want')).toMatchObject({ to: 'b' });
  await broker.say('b', 'state', { body: { part: 1, isFirst: true, isLast: true } });
  expect(cluster.hidden).toEqual([]);
});

it('B9.4 what this node says to all comes back to it at its place', async ({ cluster, host }) => {
  host.notes.length = 0;
  cluster.notify('opened', 'app');
  expect(host.notes).toEqual(['opened of a']);
});

const hostAnswers: [what: string, answer: () => unknown, isAnswered: boolean][] = [
  ['an answer', () => 'yes', true],
  ['a promise of one', async () => 'yes', true],
  ['a promise that fails', () => Promise.reject(new Error('no')), false],
  ['nothing to say', () => noAnswer, false],
  [
    'an error',
    () => {
      throw new Error('no');
    },
    false,
  ],
];

it.for(hostAnswers)('B9.3 a host with %s', async ([, answer, isAnswered], { cluster: _, broker, host }) => {
  host.answer = answer;
  await broker.say('b', 'sync', { ask: 4 });
  expect(broker.last('answer')).toEqual(
    isAnswered ? { to: 'b', kind: 'answer', ask: 4, body: 'yes' } : undefined,
  );
});

it('B9.1 who has left hears nothing', async ({ cluster, broker, host }) => {
  await cluster.close();
  host.notes.length = 0;
  await broker.say('b', 'opened');
  expect(host.notes).toEqual([]);
});

const wellFormed = { v: 1, from: 'b', at: 1, kind: 'beat' };

it('B9.1 what a node says is read', () => {
  expect(parseMessage(JSON.stringify(wellFormed))).toEqual(wellFormed);
});

it.for([
  'no JSON',
  'null',
  ...[
    { v: 2 },
    { from: 1 },
    { from: 'b'.repeat(65) },
    { kind: 1 },
    { app: 1 },
    { at: '1' },
    { seq: '1' },
    { ask: null },
  ].map((change) => JSON.stringify({ ...wellFormed, ...change })),
])('B9.1 what no node of this version says is ignored: %s', (text) => {
  expect(parseMessage(text)).toBeUndefined();
});

it('B9.5 an engine that carries nothing is found, and nobody waits for it', async ({ begin, broker }) => {
  const cluster = await begin({ deadlineMs: 600_000, checkMs: 300_000 });
  broker.isHung = true;
  while (cluster.isUp) await new Promise(setImmediate);
  const sent = broker.sent.length;
  await expect(cluster.request('publish', 'app')).resolves.toEqual({ bodies: [], isComplete: false });
  cluster.notify('event', 'app', {}, 'b');
  expect(broker.sent.length).toBe(sent); // or the broker would not give up a dead connection
});

it('B9.5 an engine that goes on is noticed by the first text, and greeted anew', async ({
  begin,
  broker,
}) => {
  const cluster = await begin();
  broker.isHung = true;
  while (cluster.isUp) await new Promise(setImmediate);
  broker.sent.length = 0;
  await broker.say('b', 'beat');
  expect(cluster.isUp).toBe(true);
  expect(broker.last('hello')).toBeDefined();
});
