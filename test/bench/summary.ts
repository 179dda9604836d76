import type { ContestResult, Round, Score } from './contest.ts';
import { percentile, type Spread, spreadOf } from './statistics.ts';

/** What all rounds of a candidate come to. */
export interface Summary {
  candidate: string;
  /** In microseconds. */
  cpuPerDelivery: Spread;
  cpuPerPublish: Spread;
  /** CPU as a multiple of the same round's of the C floor, and of this project. */
  timesFloor: Spread | undefined;
  timesOurs: Spread | undefined;
  deliveriesPerSecond: Spread;
  /** From a publish to its last recipient, in milliseconds, over all rounds. */
  p50Ms: number;
  p99Ms: number;
  /** In bytes. */
  memoryRise: Spread;
}

export function summarize({ scores }: ContestResult): Summary[] {
  return scores
    .filter(({ rounds }) => rounds.length > 0)
    .map(({ candidate, rounds }) => {
      const of = (figure: (round: Round) => number) => spreadOf(rounds.map(figure));
      const latencies = rounds.flatMap(({ latenciesMs }) => latenciesMs);
      return {
        candidate,
        cpuPerDelivery: of(({ cpuPerDelivery }) => cpuPerDelivery),
        cpuPerPublish: of(({ cpuPerPublish }) => cpuPerPublish),
        timesFloor: times(scores, candidate, 'floor-c'),
        timesOurs: times(scores, candidate, 'status-sim'),
        deliveriesPerSecond: of(({ deliveriesPerSecond }) => deliveriesPerSecond),
        p50Ms: percentile(latencies, 50),
        p99Ms: percentile(latencies, 99),
        memoryRise: of(({ memoryRise }) => memoryRise),
      };
    });
}

/** How many times the CPU of another, round by round; undefined when one of the two is absent. */
export function times(scores: readonly Score[], candidate: string, other: string): Spread | undefined {
  const rounds = scores.find((score) => score.candidate === candidate)?.rounds ?? [];
  const others = scores.find((score) => score.candidate === other)?.rounds ?? [];
  if (rounds.length === 0 || others.length < rounds.length) return undefined;
  return spreadOf(rounds.map(({ cpuPerPublish }, index) => cpuPerPublish / others[index]!.cpuPerPublish));
}
