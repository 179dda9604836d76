import type { Candidate } from './candidate.ts';
import { Rig } from './rig.ts';
import { workloads as allWorkloads, type Workload } from './workloads.ts';

/** What one round of one workload took. */
export interface Round {
  /** Of the server, in microseconds. */
  cpuPerDelivery: number;
  cpuPerPublish: number;
  deliveriesPerSecond: number;
  /** From a publish to its last recipient, in milliseconds. */
  latenciesMs: number[];
  /** How much higher the server's resident memory rose, in bytes. */
  memoryRise: number;
}

export interface Score {
  candidate: string;
  rounds: Round[];
}

export interface ContestResult {
  workload: Workload;
  scores: Score[];
}

export interface ContestOptions {
  candidates: readonly Candidate[];
  rounds: number;
  /** For how long each candidate does a workload before the first round; a quarter of it before each one. */
  warmUpMs: number;
  /** Called with the reason when a candidate is not to be had. */
  onAbsent(name: string, reason: string): void;
  onProgress(text: string): void;
}

/** Runs workloads of the same number of sessions: in each round every candidate once, in turn. */
export async function contest(
  workloads: readonly Workload[],
  options: ContestOptions,
): Promise<ContestResult[]> {
  const { sessions = 0, only } = workloads[0]!;
  const invited = options.candidates.filter(({ name, isVariant }) => only?.includes(name) ?? !isVariant);
  const rigs = await startRigs(invited, sessions, options);
  const results: ContestResult[] = [];
  for (const workload of workloads) {
    options.onProgress(`${workload.name}: ${workload.title}`);
    results.push({ workload, scores: await runRounds(rigs, workload, options) });
  }
  await Promise.all(rigs.map((rig) => rig.stop()));
  return results;
}

async function startRigs(
  candidates: readonly Candidate[],
  sessions: number,
  { onAbsent, onProgress }: ContestOptions,
): Promise<Rig[]> {
  const rigs: Rig[] = [];
  for (const candidate of candidates) {
    onProgress(`starting ${candidate.name} with ${sessions} sessions`);
    try {
      rigs.push(await Rig.startWith(candidate, sessions));
    } catch (error) {
      onAbsent(candidate.name, (error as Error).message);
    }
  }
  return rigs;
}

async function runRounds(
  rigs: Rig[],
  workload: Workload,
  { rounds, warmUpMs, onAbsent }: ContestOptions,
): Promise<Score[]> {
  const scores = new Map<Rig, Score>();
  for (const rig of rigs) scores.set(rig, { candidate: rig.candidate.name, rounds: [] });
  for (let round = -1; round < rounds; round++) {
    for (const rig of rotate([...scores.keys()], round)) {
      try {
        if (round === -1) await warmUp(rig, workload, warmUpMs);
        else scores.get(rig)!.rounds.push(await runRound(rig, workload, warmUpMs / 4));
      } catch (error) {
        scores.delete(rig);
        rigs.splice(rigs.indexOf(rig), 1);
        await rig.stop();
        onAbsent(`${rig.candidate.name} (from ${workload.name} on)`, (error as Error).message);
      }
    }
  }
  return [...scores.values()];
}

/**
 * A server may get faster the longer it does the same. What it does once for each publish it has done a thousand times
 * only after a thousand publishes: so first many of them, each to one user.
 */
async function warmUp(rig: Rig, workload: Workload, atLeastMs: number): Promise<void> {
  for (const each of [toOne, workload]) {
    rig.prepare(each);
    await keepBusy(rig, each, atLeastMs / 2);
  }
}

async function keepBusy(rig: Rig, workload: Workload, atLeastMs: number): Promise<void> {
  for (let ms = 0; ms < atLeastMs; ) ms += (await rig.run(workload)).elapsed / 1e6;
}

const toOne = allWorkloads.find(({ name }) => name === 'one')!;

async function runRound(rig: Rig, workload: Workload, unmeasuredMs: number): Promise<Round> {
  // Meanwhile the others have had the caches, and V8 has given back memory that it now gets page by page.
  await keepBusy(rig, workload, unmeasuredMs);
  const memory = rig.server.memory();
  rig.server.watchPeakMemory();
  const { elapsed, cpu, latencies } = await rig.run(workload);
  const publishes = workload.batches * workload.inFlight;
  const deliveries = publishes * workload.online;
  return {
    cpuPerDelivery: cpu / 1000 / deliveries,
    cpuPerPublish: cpu / 1000 / publishes,
    deliveriesPerSecond: deliveries / (elapsed / 1e9),
    latenciesMs: latencies.map((latency) => latency / 1e6),
    memoryRise: rig.server.peakMemory() - memory,
  };
}

/** Not every round begins with the same. */
function rotate<T>(list: readonly T[], by: number): T[] {
  const at = Math.max(by, 0) % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
