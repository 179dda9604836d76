import type { ContestResult } from './contest.ts';
import type { IdleResult } from './idle.ts';
import type { Machine } from './machine.ts';
import type { NeighbourResult } from './neighbour.ts';

/** All that one run of the bench found out. */
export interface Results {
  machine: Machine;
  /** How to repeat it. */
  command: string;
  rounds: number;
  contests: ContestResult[];
  idle: IdleResult[];
  neighbour: NeighbourResult | undefined;
  /** Who was not measured, and why. */
  absent: { name: string; reason: string }[];
}
