import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { describe, expect } from 'vitest';
import { connectClient, type SimClient } from '../../client-sim/index.ts';
import type { DeliveryReport } from '../../server/index.ts';
import { it as base, type Command, residentBytes } from '../cli/command.ts';
import { RedisServer, withoutRedis } from '../fixtures/redis-server.ts';
import { patienceMs } from '../fixtures/simulator.ts';
import { StallingProxy } from './stalling-proxy.ts';

interface ServedNode {
  url: string;
  wsUrl: string;
}

/** Publishes to alice, who is on this node, and bob, who is on the other one; what the report says of both. */
async function publish({ url }: ServedNode, content: string): Promise<string[]> {
  const fields = { fromUserId: 'carol', toUserId: ['alice', 'bob'], objectName: 'app:mood', content };
  const response = await fetch(`${url}/sim/publish`, {
    method: 'POST',
    headers: jsonType,
    body: JSON.stringify(fields),
  });
  const { code, report } = (await response.json()) as { code: number; report: DeliveryReport };
  expect([response.status, code]).toEqual([200, 200]);
  return report.recipients.map((row) => (row.outcome === 'delivered' ? `to ${row.sessions}` : row.reason));
}

async function readiness({ url }: ServedNode): Promise<string> {
  return ((await (await fetch(`${url}/readyz`)).json()) as { status: string }).status;
}

const until = async (node: ServedNode, status: string) => {
  while ((await readiness(node)) !== status);
};

async function contents(client: SimClient): Promise<string[]> {
  await client.settle();
  return client.received.map(({ content }) => content);
}

/** Resolves when this client is told so of bob. */
function told(watcher: SimClient, online: boolean): Promise<void> {
  return new Promise((resolve) => {
    watcher.on('frame', (frame) => {
      if (frame.type === 'presence' && frame.online === online) resolve();
    });
  });
}

/** Their process ids. */
function workersOf({ process: { pid } }: Command): number[] {
  return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
}

const jsonType = { 'Content-Type': 'application/json' };

/** A busy machine is not too slow, and who hangs is not waited for long. */
const patience = ['--cluster-deadline', '4'];

const it = base
  .extend('redis', async ({ task: _ }, { onCleanup }) => {
    const redis = await RedisServer.start();
    onCleanup(() => redis.stop());
    return redis;
  })
  .extend('proxy', async ({ redis }, { onCleanup }) => {
    const proxy = await StallingProxy.start(redis.port);
    onCleanup(() => proxy.close());
    return proxy;
  })
  /** Two nodes, each a process; the second one behind the proxy. Alice is on the first one, bob on the second one. */
  .extend('pair', async ({ redis, proxy, serve }) => {
    const here = await serve(['--cluster', redis.url, ...patience]);
    const there = await serve(['--cluster', proxy.url, ...patience]);
    const alice = await connectClient(here.wsUrl, { userId: 'alice', timeoutMs: patienceMs });
    const bob = await connectClient(there.wsUrl, { userId: 'bob', timeoutMs: patienceMs });
    expect(await publish(here, 'before')).toEqual(['to 1', 'to 1']);
    return { here, there, alice, bob };
  });

describe.skipIf(withoutRedis)('with a node of the cluster in each process', () => {
  it('B9.6 the users of a node that was killed are offline, and at once', async ({ pair }) => {
    const { here, there, alice } = pair;
    const gone = told(alice, false);
    await alice.subscribe(['bob']);
    there.command.kill('SIGKILL');
    await there.command.ended;
    const outcomes = await publish(here, 'after');
    await gone;
    expect([outcomes, await contents(alice)]).toEqual([
      ['to 1', 'offline'],
      ['before', 'after'],
    ]);
  });

  it('B9.6 the users of a node that hangs are unknown, then offline for who asks, and get nothing late', async ({
    pair,
  }) => {
    const { here, there, alice, bob } = pair;
    await alice.subscribe(['bob']);
    await alice.settle();
    const [gone, back] = [told(alice, false), told(alice, true)];
    there.command.kill('SIGSTOP');
    const outcomes = [await publish(here, 'while it hangs')];
    await gone;
    outcomes.push(await publish(here, 'while it is known to hang'));
    there.command.kill('SIGCONT');
    await back;
    outcomes.push(await publish(here, 'after'));
    expect(outcomes).toEqual([
      ['to 1', 'unknown'],
      ['to 1', 'unknown'],
      ['to 1', 'to 1'],
    ]);
    expect(await contents(bob)).toEqual(['before', 'after']);
  });

  it('B9.5 without the engine each node serves its own users, the others are unknown, and nothing comes later', async ({
    pair,
    redis,
  }) => {
    const { here, there, alice, bob } = pair;
    await redis.kill();
    await Promise.all([until(here, 'degraded'), until(there, 'degraded')]);
    const outcomes = [await publish(here, 'from here'), await publish(there, 'from there')];
    await redis.start();
    await Promise.all([until(here, 'ready'), until(there, 'ready')]);
    // Who has come up first may be there before the other one.
    let after: string[];
    do after = await publish(here, 'after');
    while (after[1] !== 'to 1');
    expect(outcomes).toEqual([
      ['to 1', 'unknown'],
      ['unknown', 'to 1'],
    ]);
    expect((await contents(alice)).filter((content) => content !== 'after')).toEqual(['before', 'from here']);
    expect(await contents(bob)).toEqual(['before', 'from there', 'after']);
  });

  it('B9.5 an engine that hangs delays an answer by the deadline, and delivers nothing late', async ({
    pair,
    redis,
  }) => {
    const { here, alice, bob } = pair;
    redis.signal('SIGSTOP');
    const outcomes = [await publish(here, 'while it hangs')];
    redis.signal('SIGCONT');
    let after: string[];
    do after = await publish(here, 'after');
    while (after[1] !== 'to 1');
    expect(outcomes).toEqual([['to 1', 'unknown']]);
    expect((await contents(alice)).slice(0, 2)).toEqual(['before', 'while it hangs']);
    expect(await contents(bob)).toEqual(['before', 'after']);
  });

  it('B9.5 an engine that hangs is found within the silence, costs publishes nothing any more, and is back by itself', async ({
    redis,
    serve,
  }) => {
    // An answer that waits for the others takes longer than this test may.
    const patient = ['--cluster', redis.url, '--cluster-silence', '1', '--cluster-deadline', '60'];
    const [here, there] = [await serve(patient), await serve(patient)];
    const alice = await connectClient(here.wsUrl, { userId: 'alice', timeoutMs: patienceMs });
    const bob = await connectClient(there.wsUrl, { userId: 'bob', timeoutMs: patienceMs });
    for (let round = 0; round < 2; round++) {
      redis.signal('SIGSTOP');
      await Promise.all([until(here, 'degraded'), until(there, 'degraded')]);
      for (let times = 0; times < 5; times++) {
        expect(await publish(here, `in silence ${round}`)).toEqual(['to 1', 'unknown']);
      }
      redis.signal('SIGCONT');
      await Promise.all([until(here, 'ready'), until(there, 'ready')]);
      let after: string[];
      do after = await publish(here, 'after');
      while (after[1] !== 'to 1');
    }
    const texts = await contents(bob);
    expect(texts.filter((content) => content !== 'after')).toEqual([]);
    expect((await contents(alice)).filter((content) => content === 'in silence 1')).toHaveLength(5);
  });

  it('B9.3 what a slow network brings after the answer reaches nobody', async ({ pair, proxy }) => {
    const { here, bob } = pair;
    proxy.stall();
    const outcomes = [await publish(here, 'while it is slow')];
    proxy.goOn();
    let after: string[];
    do after = await publish(here, 'after');
    while (after[1] !== 'to 1');
    expect(outcomes).toEqual([['to 1', 'unknown']]);
    expect(await contents(bob)).toEqual(['before', 'after']);
  });

  it('B7 with --workers several processes serve behind one port, and each reaches the users of all', async ({
    redis,
    serve,
  }) => {
    const { wsUrl, url } = await serve(['--cluster', redis.url, '--workers', '3', ...patience]);
    const userIds = Array.from({ length: 12 }, (_, index) => `user ${index}`);
    const clients = await Promise.all(
      userIds.map((userId) => connectClient(wsUrl, { userId, timeoutMs: patienceMs })),
    );
    const body = JSON.stringify({
      fromUserId: 'x',
      toUserId: userIds,
      objectName: 'app:mood',
      content: 'hi',
    });
    const response = await fetch(`${url}/sim/publish`, { method: 'POST', headers: jsonType, body });
    const { report } = (await response.json()) as { report: DeliveryReport };
    await Promise.all(clients.map((client) => client.settle()));
    expect(report.recipients.map(({ outcome }) => outcome)).toEqual(userIds.map(() => 'delivered'));
    expect(clients.map(({ received }) => received.length)).toEqual(userIds.map(() => 1));
  });

  it('B7 a session that ends with its worker leaves its user online through another one', async ({
    redis,
    serve,
  }) => {
    const { command, wsUrl } = await serve(['--cluster', redis.url, '--workers', '2', ...patience]);
    const connect = (userId: string) => connectClient(wsUrl, { userId, timeoutMs: patienceMs });
    await Promise.all(Array.from({ length: 8 }, () => connect('bob')));
    for (let opened = 0; opened < 8; opened++) await command.stdout.nextJson();
    process.kill(workersOf(command)[0]!, 'SIGKILL');
    await expect(command.stdout.nextJson()).resolves.toMatchObject({
      userId: 'bob',
      state: 'closed',
      code: 1006,
      online: true,
    });
  });

  it('B7 a worker whose parent does not read drops events, says how many, and does not grow', async ({
    redis,
    serve,
  }) => {
    const options = ['--cluster', redis.url, '--workers', '2', '--recipients-per-minute', 'unlimited'];
    const { command, url, wsUrl } = await serve([...options, ...patience]);
    const bob = await connectClient(wsUrl, { userId: 'bob', timeoutMs: patienceMs });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const toThousand = Array.from({ length: 1000 }, (_, index) => `${index} `.padEnd(64, 'x'));
    /** Each is an event of 150 KB. All go over one connection: a parent that is stopped accepts no other. */
    const publishOften = async (times: number) => {
      for (let done = 0; done < times; done++) {
        const asked = request(`${url}/sim/publish`, { agent, method: 'POST', headers: jsonType });
        asked.end(JSON.stringify({ fromUserId: 'a', toUserId: toThousand, objectName: 'a:b', content: 'c' }));
        const [response] = await once(asked, 'response');
        await once(response.resume(), 'end');
      }
    };
    await publishOften(50);
    const memory = () => workersOf(command).map(residentBytes);
    const before = memory();
    command.kill('SIGSTOP');
    await publishOften(300);
    await bob.close();
    const after = memory();
    command.kill('SIGCONT');
    const grown = after.map((bytes, index) => bytes - before[index]!);
    expect(Math.max(...grown)).toBeLessThan(32 * 2 ** 20);
    let shown = 0;
    let line = await command.stdout.nextJson();
    for (; line.dropped === undefined; line = await command.stdout.nextJson()) shown++;
    expect(shown + line.dropped).toBeGreaterThanOrEqual(351);
    agent.destroy();
  });

  it('B7 workers that were killed are replaced once that is possible, at the same port, and the end of their sessions is told', async ({
    redis,
    serve,
  }) => {
    const { command, url, wsUrl } = await serve(['--cluster', redis.url, '--workers', '2', ...patience]);
    await connectClient(wsUrl, { userId: 'bob', timeoutMs: patienceMs });
    await expect(command.stdout.nextJson()).resolves.toMatchObject({ userId: 'bob', state: 'opened' });
    await redis.kill();
    for (const pid of workersOf(command)) process.kill(pid, 'SIGKILL');
    await expect(command.stdout.nextJson()).resolves.toMatchObject({
      userId: 'bob',
      state: 'closed',
      code: 1006,
    });
    while (!(await command.stderr.next()).includes('Trying again.'));
    await redis.start();
    while ((await fetch(`${url}/readyz`).catch(() => undefined))?.status !== 200);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /^status_sim_info\{version="[^"]+",node="[\w-]+"\} 1$/m,
    );
    command.kill('SIGTERM');
    await expect(command.ended).resolves.toBe(0);
  });

  it('B7 --workers without --cluster is refused', async ({ runToEnd }) => {
    const { code, stderr } = await runToEnd(['serve', '--port', '0', '--workers', '2']);
    expect([code, stderr]).toEqual([
      2,
      'error: --workers requires --cluster, which connects the processes.\nUsage: npx status-sim serve --help\n',
    ]);
  });
});
