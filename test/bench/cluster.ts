/**
 * What a cluster costs: publishes to 1000 users over 1, 2 and 3 nodes, and over one without a cluster. CPU time of the
 * nodes for each delivery, and the time of an answer. Run after `npm run build`: node --import tsx test/bench/cluster.ts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { connectClient, StatusPublisher } from '../../client-sim/index.ts';
import { RedisServer } from '../fixtures/redis-server.ts';

const users = Array.from({ length: 1000 }, (_, index) => `user ${index}`);
const publishes = 30;
const rounds = 5;
const ticksPerSecond = 100;

interface Served {
  child: ChildProcess;
  url: string;
  wsUrl: string;
}

async function serve(args: readonly string[]): Promise<Served> {
  const limits = ['--recipients-per-minute', 'unlimited'];
  const command = ['dist/client-sim/cli/main.cjs', 'serve', '--port', '0', '--json', ...limits, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [line] = await once(lines, 'line');
  lines.on('line', () => {});
  return { child, ...JSON.parse(line) };
}

/** Seconds of CPU, user and system, that these processes have used. */
function cpuOf(nodes: readonly Served[]): number {
  const ticks = nodes.map(({ child }) => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function measure(name: string, nodeCount: number, args: readonly string[]): Promise<void> {
  const nodes: Served[] = [];
  for (let count = 0; count < nodeCount; count++) nodes.push(await serve(args));
  const clients = await Promise.all(
    users.map((userId, index) => {
      return connectClient(nodes[index % nodeCount]!.wsUrl, { userId, timeoutMs: 60_000, inboxLimit: 10 });
    }),
  );
  const publisher = new StatusPublisher({ url: nodes[0]!.url, timeoutMs: 60_000 });
  const message = { fromUserId: 'sender', toUserId: users, objectName: 'app:mood', content: 'x'.repeat(200) };
  const [cpu, took, perSecond]: [number[], number[], number[]] = [[], [], []];
  for (let round = -1; round < rounds; round++) {
    const [cpuBefore, startedAt] = [cpuOf(nodes), performance.now()];
    for (let count = 0; count < publishes; count++) {
      const askedAt = performance.now();
      await publisher.publish(message);
      if (round >= 0) took.push(performance.now() - askedAt);
    }
    await Promise.all(clients.map((client) => client.settle({ timeoutMs: 60_000 })));
    const deliveries = publishes * users.length;
    if (round < 0) continue; // to warm up
    cpu.push(((cpuOf(nodes) - cpuBefore) / deliveries) * 1e6);
    perSecond.push(deliveries / ((performance.now() - startedAt) / 1000));
  }
  const spread = `${Math.min(...cpu).toFixed(1)}–${Math.max(...cpu).toFixed(1)}`;
  process.stdout.write(
    `${name.padEnd(24)} ${median(cpu).toFixed(2)} µs CPU per delivery (${spread}), answer ${median(took).toFixed(1)} ms, ${Math.round(median(perSecond))} deliveries/s\n`,
  );
  await Promise.all(clients.map((client) => client.close()));
  for (const { child } of nodes) {
    child.kill();
    await once(child, 'exit');
  }
}

const redis = await RedisServer.start();
await measure('one, no cluster', 1, []);
await measure('cluster of 1 node', 1, ['--cluster', redis.url]);
await measure('cluster of 2 nodes', 2, ['--cluster', redis.url]);
await measure('cluster of 3 nodes', 3, ['--cluster', redis.url]);
await measure('one, no cluster, again', 1, []);
await redis.stop();
