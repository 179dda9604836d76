import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from './candidate.ts';
import { Rig } from './rig.ts';
import type { Workload } from './workloads.ts';

const folder = join(import.meta.dirname, '.profiles');
const batchesToWarmUp = 3;

/** As much of a `.cpuprofile` as is read here. */
export interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  samples: number[];
  timeDeltas: number[];
}

/** Where a function's own time went, in microseconds of one publish. */
export interface ProfileRow {
  place: string;
  selfTime: number;
}

export interface Profile {
  /** For a viewer: of Chrome's tools, of an editor, or speedscope. */
  file: string;
  rows: ProfileRow[];
}

/** Takes a CPU profile of a candidate that is served by this bench, while it runs a workload. */
export async function profile(candidate: Candidate, workload: Workload): Promise<Profile> {
  const rig = await Rig.startWith(candidate, workload.sessions);
  rig.prepare(workload);
  for (let run = 0; run < batchesToWarmUp; run++) await rig.run(workload);
  await rig.server.profile();
  await rig.run(workload);
  const text = await rig.server.profile();
  await rig.stop();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${candidate.name}-${workload.name}.cpuprofile`);
  writeFileSync(file, text);
  return { file, rows: rowsOf(JSON.parse(text), workload.batches * workload.inFlight) };
}

function rowsOf({ nodes, samples, timeDeltas }: CpuProfile, publishes: number): ProfileRow[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const place = places.get(id)!;
    times.set(place, (times.get(place) ?? 0) + timeDeltas[index]! / publishes);
  }
  const rows = [...times].map(([place, selfTime]) => ({ place, selfTime }));
  return rows.sort((a, b) => b.selfTime - a.selfTime);
}

function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.split('/').slice(-3).join('/');
  return `${functionName || '(anonymous)'} ${file}${url === '' ? '' : `:${lineNumber + 1}`}`;
}
