import type { Swarm } from './swarm.ts';
import { type ViolationRecord, violationRecord } from './violation-record.ts';

/** All that a swarm has found out so far. */
export interface SwarmRecord {
  clients: number;
  seed: string;
  publishesPerSecond: number;
  /** For how long it has published. */
  publishingMs: number;
  /** Requests of the back end. */
  publishes: number;
  /** Typing frames of the clients. */
  typing: number;
  /** One for each recipient of both. */
  messages: number;
  delivered: number;
  /** Rightly so: surely offline, going on or off at that moment, or the publish was refused or got no answer. */
  dropped: { offline: number; changing: number; refused: number; unanswered: number };
  echoes: number;
  /** From sending the request to the arrival of the message; null when nothing has arrived. */
  latencyMs: { p50: number; p99: number; max: number } | null;
  violations: { duplicates: number; late: number; lost: number; misdelivered: number };
  /** Publishes that an error answered, with the last one's message. */
  refused: { code: number; count: number; errorMessage: string }[];
  /** Publishes that nothing answered, with the last one's reason. */
  unanswered: { count: number; reason: string };
  /** Sessions that the simulator ended. */
  sessionsEnded: { code: number; count: number }[];
  firstViolation: ViolationRecord | null;
}

export function swarmRecord({ options, publishingMs, lostSessions, referee }: Swarm): SwarmRecord {
  const { tally, firstViolation } = referee;
  const { duplicate, ...faults } = tally.faults;
  return {
    clients: options.clients,
    seed: options.seed,
    publishesPerSecond: options.publishesPerSecond,
    publishingMs: Math.round(publishingMs),
    publishes: tally.sent.request,
    typing: tally.sent.frame,
    messages: tally.messages,
    delivered: tally.delivered,
    dropped: { ...tally.dropped },
    echoes: tally.echoes,
    latencyMs: tally.latencyMs ?? null,
    violations: { duplicates: duplicate, ...faults },
    refused: [...tally.refused].map(([code, refusal]) => ({ code, ...refusal })),
    unanswered: { ...tally.unanswered },
    sessionsEnded: [...lostSessions].map(([code, count]) => ({ code, count })),
    firstViolation: firstViolation ? violationRecord(firstViolation) : null,
  };
}
