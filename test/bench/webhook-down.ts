/**
 * Whether a webhook that nobody answers slows down publishes, and what it holds in memory: the same publishes and the
 * same churn, without a webhook, with one that takes all, and with one that nobody listens at.
 * Run it with `node --expose-gc --import tsx test/bench/webhook-down.ts`.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectClient } from '../../client-sim/index.ts';
import { startSimulator } from '../../server/index.ts';
import { percentile } from './statistics.ts';

const recipients = 1000;
const publishes = 100;
const churned = 2000;

/** CPU time of a publish in microseconds, of the quick ones so that a busy machine does not count, and how much the heap grew. */
async function measure(url?: string) {
  await using simulator = await startSimulator({
    recipientsPerMinute: Infinity,
    webhooks: url === undefined ? [] : [{ url }],
  });
  const userIds = Array.from({ length: recipients }, (_, index) => `user-${index}`);
  await Promise.all(
    userIds.map((userId) => connectClient(simulator.wsUrl, { userId, inboxLimit: 1, timeoutMs: 60_000 })),
  );
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < churned; count += 100)
    await Promise.all(Array.from({ length: 100 }, comeAndGo));
  const times: number[] = [];
  for (let round = 0; round < publishes; round++) {
    const start = process.cpuUsage();
    simulator.publish({ fromUserId: 'alice', toUserId: userIds, objectName: 'app:bench', content: 'x' });
    times.push(process.cpuUsage(start).user);
    await new Promise(setImmediate);
  }
  globalThis.gc?.();
  return { cpu: percentile(times, 10), heap: (process.memoryUsage().heapUsed - before) / 2 ** 20 };

  async function comeAndGo() {
    const client = await connectClient(simulator.wsUrl, { userId: 'guest', timeoutMs: 60_000 });
    await client.close();
  }
}

const receiver = createServer((request, response) => request.resume().on('end', () => response.end()));
await once(receiver.listen(0, '127.0.0.1'), 'listening');
const { port } = receiver.address() as AddressInfo;
const cases = {
  'no webhook': undefined,
  'one that answers': `http://127.0.0.1:${port}/`,
  'one that is down': 'http://127.0.0.1:1/',
};
for (let round = 0; round < 3; round++) {
  for (const [name, url] of Object.entries(cases)) {
    const { cpu, heap } = await measure(url);
    process.stdout.write(
      `${name.padEnd(18)} ${cpu.toFixed(0).padStart(6)} µs a publish to ${recipients}   heap ${heap.toFixed(1)} MiB\n`,
    );
  }
}
receiver.close();
receiver.closeAllConnections();
