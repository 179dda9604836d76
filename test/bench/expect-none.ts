/**
 * How long it takes to know that a message was not delivered: 2000 times a publish to somebody offline, then
 * `expectNone` of somebody online. And whether it is right each time: as often a message does arrive, and must be found.
 * Exits with 1 when it is wrong once, or takes 5 ms or more in the median.
 */
import { expectNone, startTestSim } from '../../client-sim/testkit/index.ts';
import { median, percentile } from './statistics.ts';

const rounds = 2000;
const limitMs = 5;

await using sim = await startTestSim({ recipientsPerMinute: Number.POSITIVE_INFINITY });
const [bob, dave] = await Promise.all([sim.connect('bob'), sim.connect('dave')]);
const fails = (assertion: Promise<void>) => assertion.then(() => false).catch(() => true);
const tookMs: number[] = [];
/** Of it, what the assertion took. */
const barrierMs: number[] = [];
let extra = 0;
let missed = 0;

for (let round = 0; round < rounds; round++) {
  const startedAt = performance.now();
  await sim.publish({ from: 'alice', to: 'carol' });
  const publishedAt = performance.now();
  const found = await fails(expectNone(bob));
  const endedAt = performance.now();
  tookMs.push(endedAt - startedAt);
  barrierMs.push(endedAt - publishedAt);
  if (found) extra++;

  const { recipients } = await sim.publish({ from: 'alice', to: 'dave' });
  if (!(await fails(expectNone(dave, { messageUID: recipients[0]!.messageUID })))) missed++;
}

const figures = {
  rounds,
  missed,
  extra,
  medianMs: Number(median(tookMs).toFixed(3)),
  barrierMedianMs: Number(median(barrierMs).toFixed(3)),
  p99Ms: Number(percentile(tookMs, 99).toFixed(3)),
  maxMs: Number(Math.max(...tookMs).toFixed(3)),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (missed > 0 || extra > 0 || figures.medianMs >= limitMs) process.exitCode = 1;
