/** A child of the bench: serves the named candidate, and answers the lines of server-process.ts. */
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { allCandidates } from './candidates/all.ts';

let profiler: Session | undefined;

const answers: Record<string, () => string | Promise<string>> = {
  gc: collectGarbage,
  heap: usedBytes,
  block: longestBlock,
  profile: () => (profiler === undefined ? startProfile() : endProfile(profiler)),
};

/** More thorough than `gc()`, which leaves the heap as large as it was. */
async function collectGarbage(): Promise<string> {
  const inspector = new Session();
  inspector.connect();
  await inspector.post('HeapProfiler.collectGarbage');
  inspector.disconnect();
  return 'done';
}

/** All that JavaScript has allocated and V8 has not collected. */
function usedBytes(): string {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return String(heapUsed + arrayBuffers);
}

async function startProfile(): Promise<string> {
  profiler = new Session();
  profiler.connect();
  await profiler.post('Profiler.enable');
  await profiler.post('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
  await profiler.post('Profiler.start');
  return 'started';
}

async function endProfile(running: Session): Promise<string> {
  const { profile } = await running.post('Profiler.stop');
  running.disconnect();
  profiler = undefined;
  return JSON.stringify(profile);
}

const samplingMicroseconds = 200;

const loop = monitorEventLoopDelay({ resolution: 1 });

/** Watches from the first question on: the watching has its cost. */
function longestBlock(): string {
  const longestMs = loop.max / 1e6;
  loop.enable();
  loop.reset();
  return longestMs.toFixed(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  const candidate = allCandidates.find(({ name }) => name === process.argv[2])!;
  print(`port ${await candidate.serve!()}`);
} catch (error) {
  print((error as Error).message.split('\n', 1)[0]!);
  process.exit(1);
}
// The end of the lines is the end of the bench.
const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit());
lines.on('line', async (question) => print(`${question} ${await answers[question]!()}`));
