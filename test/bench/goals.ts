import type { Round } from './contest.ts';
import type { Results } from './results.ts';
import { median } from './statistics.ts';
import { times } from './summary.ts';

/** What a run has to show. */
interface Goal {
  says: string;
  atMost: number;
  /** Undefined when this run did not measure it. */
  figure(results: Results): number | undefined;
}

export interface JudgedGoal {
  says: string;
  atMost: number;
  /** Both undefined when this run did not measure it. */
  figure: number | undefined;
  met: boolean | undefined;
}

const peers = ['uwebsockets.js', 'fastify-ws', 'nats-server', 'nchan', 'mosquitto', 'socket.io'];

const goals: Goal[] = [
  cpu('fanout', 'floor-c', 1.5),
  cpu('fanout', 'fastify-ws', 0.8),
  cpu('fanout', 'socket.io', 0.55),
  cpu('fanout', 'nchan', 1),
  cpu('fanout', 'mosquitto', 1),
  cpu('fanout', 'nats-server', 1),
  cpu('flood', 'floor-c', 0.25),
  ...peers.map((peer) => cpu('flood', peer, 0.5)),
  cpu('large', 'floor-c', 1.1),
  {
    says: 'large: the memory rises, in MB (a copy for each recipient would take 131)',
    atMost: 32,
    figure: (results) => figureOf(results, 'large', 'status-sim', ({ memoryRise }) => memoryRise / 1e6),
  },
  {
    says: 'one: CPU beyond one write of the C floor, times that of a bare POST',
    atMost: 1.4,
    figure(results) {
      const ours = figureOf(results, 'one', 'status-sim', perPublish);
      const bare = figureOf(results, 'one', 'bare-post', perPublish);
      const write = figureOf(results, 'fanout', 'floor-c', ({ cpuPerDelivery }) => cpuPerDelivery);
      return ours && bare && write && (ours - write) / bare;
    },
  },
  cpu('one', 'socket.io', 1),
  cpu('one', 'fastify-ws', 1.1),
  cpu('one', 'fastify-ws-rules', 0.9),
  cpu('one-by-16', 'fastify-ws', 0.8),
  cpu('one-by-16', 'socket.io', 0.7),
  ...['fastify-ws', 'fastify-ws-rules', 'socket.io'].map((peer) => cpu('typing', peer, 1)),
  {
    says: 'few-online: CPU of a request, in ms',
    atMost: 0.5,
    figure: (results) => figureOf(results, 'few-online', 'status-sim', (round) => perPublish(round) / 1000),
  },
  {
    says: 'idle: resident memory of a session, in KB',
    atMost: 7,
    figure: ({ idle }) => {
      const ours = idle.find(({ candidate }) => candidate === 'status-sim');
      return ours && ours.perSession / 1024;
    },
  },
  {
    says: 'stadium: CPU, times that of fanout, each as a multiple of the C floor',
    atMost: 1.15,
    figure(results) {
      const stadium = ratio(results, 'stadium', 'floor-c');
      const fanout = ratio(results, 'fanout', 'floor-c');
      return stadium && fanout && stadium / fanout;
    },
  },
  {
    says: 'webhook: CPU with one that is down and its queue full, times that without one',
    atMost: 1.05,
    figure: (results) => ratio(results, 'webhook', 'visited', 'webhook-down'),
  },
  {
    says: "imlib: CPU of delivery to RongCloud's web client, times that to clients of JSON",
    atMost: 1.3,
    figure: (results) => ratio(results, 'imlib', 'status-sim', 'imlib'),
  },
  {
    says: 'neighbour: the longest time for which the event loop stands still, in ms',
    atMost: 50,
    figure: ({ neighbour }) => neighbour?.longestBlock,
  },
];

/** Every goal there is, also those that this run cannot tell of. */
export function judge(results: Results): JudgedGoal[] {
  return goals.map(({ says, atMost, figure }) => {
    const value = figure(results);
    return { says, atMost, figure: value, met: value === undefined ? undefined : value <= atMost };
  });
}

function cpu(workload: string, other: string, atMost: number): Goal {
  return {
    says: `${workload}: CPU, times that of ${other}`,
    atMost,
    figure: (results) => ratio(results, workload, other),
  };
}

function ratio(
  { contests }: Results,
  workload: string,
  other: string,
  candidate = 'status-sim',
): number | undefined {
  const contest = contests.find((each) => each.workload.name === workload);
  return contest && times(contest.scores, candidate, other)?.median;
}

const perPublish = ({ cpuPerPublish }: Round) => cpuPerPublish;

function figureOf(
  { contests }: Results,
  workload: string,
  candidate: string,
  figure: (round: Round) => number,
): number | undefined {
  const scores = contests.find((each) => each.workload.name === workload)?.scores;
  const rounds = scores?.find((score) => score.candidate === candidate)?.rounds ?? [];
  return rounds.length === 0 ? undefined : median(rounds.map(figure));
}
