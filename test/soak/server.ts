// The simulator of a soak, in a process of its own: whoever writes a line to it learns how it is.
import { createInterface } from 'node:readline';
import { startSimulator } from '../../server/index.ts';
import { takeReading } from './reading.ts';

const simulator = await startSimulator({
  recipientsPerMinute: Number.POSITIVE_INFINITY,
  upstreamPerSecond: Number.POSITIVE_INFINITY,
  slowDrops: 40,
  heartbeatIntervalMs: 5000,
  heartbeatTimeoutMs: 15_000,
});

process.stdout.write(`${JSON.stringify({ url: simulator.url, wsUrl: simulator.wsUrl })}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(takeReading())}\n`);
}
await simulator.close();
