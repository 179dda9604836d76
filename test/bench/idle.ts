import type { Candidate } from './candidate.ts';
import type { ContestOptions } from './contest.ts';
import { Rig } from './rig.ts';

export interface IdleResult {
  candidate: string;
  /** Resident memory, in bytes. */
  perSession: number;
}

/** The first sessions bring what is needed once; they do not count. */
const first = 1000;

/** What an open session costs that gets nothing: resident memory, after a garbage collection where there is one. */
export async function measureIdle(sessions: number, options: ContestOptions): Promise<IdleResult[]> {
  const results: IdleResult[] = [];
  for (const candidate of options.candidates.filter(({ isVariant }) => !isVariant)) {
    options.onProgress(`idle: ${candidate.name}`);
    try {
      const perSession = await measure(candidate, sessions);
      results.push({ candidate: candidate.name, perSession });
    } catch (error) {
      options.onAbsent(candidate.name, (error as Error).message);
    }
  }
  return results;
}

async function measure(candidate: Candidate, sessions: number): Promise<number> {
  const rig = await Rig.startWith(candidate, first);
  const before = await rig.server.leastMemory();
  await rig.openUpTo(first + sessions);
  const after = await rig.server.leastMemory();
  await rig.stop();
  return (after - before) / sessions;
}
