// The simulator of a soak, in a process of its own: whoever writes a line to it learns how it is.
import { createInterface } from 'node:readline';
import { startSimulator } from '../../server/index.ts';
import type { Reading } from './reading.ts';

const simulator = await startSimulator({
  recipientsPerMinute: Number.POSITIVE_INFINITY,
  upstreamPerSecond: Number.POSITIVE_INFINITY,
  slowDrops: 40,
  heartbeatIntervalMs: 5000,
  heartbeatTimeoutMs: 15_000,
});

function read(): Reading {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1;
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return { usedBytes: heapUsed + external, rssBytes: rss, handles, listeners };
}

process.stdout.write(`${JSON.stringify({ url: simulator.url, wsUrl: simulator.wsUrl })}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(read())}\n`);
}
await simulator.close();
