import { once } from 'node:events';
import { WebSocket } from 'ws';
import { connectPath, statusSim } from './candidates/status-sim.ts';
import { Rig } from './rig.ts';
import { percentile } from './statistics.ts';
import type { Workload } from './workloads.ts';

/** What another session notices of a workload, in milliseconds. */
export interface NeighbourResult {
  workload: Workload;
  /** Of its own round trips: a `sync` and the answer to it. */
  p50: number;
  p99: number;
  longest: number;
  /** The longest time for which the server's event loop stood still. */
  longestBlock: number;
}

/** Asks the server for a sign of life, again and again, while it does a workload for others. */
export async function measureNeighbour(workload: Workload): Promise<NeighbourResult> {
  const rig = await Rig.startWith(statusSim, workload.sessions);
  rig.prepare(workload);
  await rig.run(workload);
  const socket = new WebSocket(`ws://127.0.0.1:${rig.server.port}${connectPath('neighbour')}`);
  await once(socket, 'message');
  await rig.server.longestBlock(); // from here on
  const run = rig.run(workload);
  const roundTrips = await measureUntil(run, socket);
  const longestBlock = (await rig.server.longestBlock()) ?? 0;
  socket.terminate();
  await rig.stop();
  const [p50, p99, longest] = [50, 99, 100].map((percent) => percentile(roundTrips, percent));
  return { workload, p50: p50!, p99: p99!, longest: longest!, longestBlock };
}

async function measureUntil(end: Promise<unknown>, socket: WebSocket): Promise<number[]> {
  const roundTrips: number[] = [];
  let ended = false;
  const noteEnd = end.then(() => {
    ended = true;
  });
  while (!ended) {
    const started = performance.now();
    socket.send('{"type":"sync","id":"here"}');
    await once(socket, 'message');
    roundTrips.push(performance.now() - started);
  }
  await noteEnd;
  return roundTrips;
}
