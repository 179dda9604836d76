/**
 * Three nodes over a real engine, which is stopped again and again at random moments while everybody publishes to
 * everybody. Judges every message and every report, and shows how soon `/readyz` follows. Exits with 1 when anything was
 * late, twice, missing or not as reported: node --import tsx test/siege/engine-stops.ts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { print } from '../../client-sim/cli/terminal.ts';
import { connectClient, type SimClient } from '../../client-sim/index.ts';
import { pace } from '../../client-sim/swarm/pace.ts';
import { timeLimit } from '../../client-sim/time-limit.ts';
import type { DeliveryReport } from '../../server/index.ts';
import { RedisServer } from '../fixtures/redis-server.ts';

const stops = 10;
const stopMs = 20_000;
const nodeCount = 3;
const usersPerNode = 2;
const publishesPerSecond = 50;
/** What the nodes take for silence unless they are told otherwise. */
const silenceMs = 3000;
const readyMs = 1000;
const lookEveryMs = 25;

interface ServedNode {
  child: ChildProcess;
  url: string;
  wsUrl: string;
}

interface Published {
  /** Undefined while nobody has answered. */
  report?: DeliveryReport;
}

const main = join(import.meta.dirname, '../../client-sim/cli/main.ts');
const redis = await RedisServer.start();
const nodes = await Promise.all(Array.from({ length: nodeCount }, startNode));
const clients: SimClient[] = [];
for (const [index, { wsUrl }] of nodes.entries()) {
  for (let number = 0; number < usersPerNode; number++)
    clients.push(await connectClient(wsUrl, { userId: `user-${index}-${number}`, inboxLimit: 100_000 }));
}
const users = clients.map(({ userId }) => userId);
const published = new Map<string, Published>();
const faults: string[] = [];

await Promise.all(nodes.map((node) => until(node, 'ready')));
const publishing: Promise<void>[] = [];
const stopPublishing = pace(publishesPerSecond, () => {
  const number = publishing.length;
  publishing.push(publish(nodes[number % nodes.length]!, String(number)));
});
const degraded: number[] = [];
const ready: number[] = [];
for (let stop = 1; stop <= stops; stop++) {
  await pass(2000 + Math.random() * 3000);
  redis.signal('SIGSTOP');
  const stopped = performance.now();
  const goneAfter = await Promise.all(nodes.map((node) => until(node, 'degraded')));
  await pass(stopMs - (performance.now() - stopped));
  redis.signal('SIGCONT');
  const backAfter = await Promise.all(nodes.map((node) => until(node, 'ready')));
  degraded.push(...goneAfter);
  ready.push(...backAfter);
  print(`stop ${stop}: degraded after ${ms(goneAfter)} ms, ready again after ${ms(backAfter)} ms`);
}
stopPublishing();
await Promise.all(publishing);
await Promise.all(clients.map((client) => client.settle()));
const verdicts = judge();
for (const { child } of nodes) {
  child.kill();
  await once(child, 'exit');
}
await redis.stop();

print(`${published.size} publishes to ${users.length} users each: ${verdicts}`);
print(within('degraded', degraded, silenceMs));
print(within('ready', ready, readyMs));
for (const fault of faults.slice(0, 20)) print(fault);
process.exit(faults.length === 0 ? 0 : 1);

async function startNode(): Promise<ServedNode> {
  const args = ['serve', '--port', '0', '--json', '--cluster', redis.url];
  const limits = ['--recipients-per-minute', 'unlimited'];
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args, ...limits], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  child.stdout.resume();
  return { child, ...JSON.parse(line) };
}

function pass(durationMs: number): Promise<void> {
  return new Promise((resolve) => timeLimit(durationMs, resolve));
}

/** How many milliseconds it took. */
async function until({ url }: ServedNode, status: string): Promise<number> {
  const began = performance.now();
  for (;;) {
    const answer = (await (await fetch(`${url}/readyz`)).json()) as { status: string };
    if (answer.status === status) return performance.now() - began;
    await pass(lookEveryMs);
  }
}

async function publish({ url }: ServedNode, content: string): Promise<void> {
  const entry: Published = {};
  published.set(content, entry);
  const body = JSON.stringify({ fromUserId: 'bot', toUserId: users, objectName: 'app:count', content });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/sim/publish`, { method: 'POST', headers, body });
  const answer = (await response.json()) as { report?: DeliveryReport };
  if (answer.report === undefined) faults.push(`${content}: answered with ${response.status}`);
  else entry.report = answer.report;
}

/** Who is reported to have got a message has got it once, and nobody else has. Notes what is not so. */
function judge(): string {
  let [delivered, dropped] = [0, 0];
  for (const client of clients) {
    const times = new Map<string, number>();
    for (const { content } of client.received) times.set(content, (times.get(content) ?? 0) + 1);
    for (const [content, { report }] of published) {
      const row = report?.recipients.find(({ userId }) => userId === client.userId);
      const isDelivered = row?.outcome === 'delivered';
      if (isDelivered) delivered++;
      else dropped++;
      const count = times.get(content) ?? 0;
      if (count !== Number(isDelivered))
        faults.push(`${content}: ${client.userId} got it ${count} times, reported as ${JSON.stringify(row)}`);
    }
    const numbers = client.received.map(({ content }) => Number(content));
    if (client.discarded > 0) faults.push(`${client.userId}: the inbox was too small`);
    print(`${client.userId} got ${numbers.length}`);
  }
  return `${delivered} times delivered, ${dropped} times not, ${faults.length} faults`;
}

function within(what: string, all: number[], limitMs: number): string {
  const inTime = all.filter((each) => each <= limitMs).length;
  return `${what} within ${limitMs} ms: ${inTime} of ${all.length}; median ${ms([all.toSorted((a, b) => a - b)[all.length >> 1]!])}, longest ${ms([Math.max(...all)])} ms`;
}

function ms(all: number[]): string {
  return all.map((each) => Math.round(each)).join(', ');
}
