/** A child of the bench: serves the named candidate, and answers the lines of server-process.ts. */
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { allCandidates } from './candidates/all.ts';

const inspector = new Session();
let profiling = false;

const answers: Record<string, () => string | Promise<string>> = {
  gc() {
    globalThis.gc!();
    return 'done';
  },
  block: longestBlock,
  async profile() {
    profiling = !profiling;
    if (!profiling) return JSON.stringify((await inspector.post('Profiler.stop')).profile);
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval: 200 });
    await inspector.post('Profiler.start');
    return 'started';
  },
};

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
