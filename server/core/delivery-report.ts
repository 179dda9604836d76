import type { DeliveryPlan, EchoPlan, EchoSkip, RecipientPlan } from './plan-delivery.ts';

/** Why a recipient did not get a message (B2). */
export type DropReason = 'offline' | 'blocked' | 'backpressure' | 'unknown';

/** What became of one recipient (B2). */
export type RecipientOutcome =
  | {
      userId: string;
      messageUID: string;
      outcome: 'delivered';
      /** Sessions that got it. */
      sessions: number;
      /** Further sessions that were too slow to get it (B1.12). */
      backpressure?: number;
    }
  | { userId: string; messageUID: string; outcome: 'dropped'; reason: DropReason; backpressure?: number };

/** What became of the sender's copy (B2). */
export type EchoOutcome = { outcome: 'echoed'; sessions: number } | { outcome: EchoSkip | 'backpressure' };

/** What became of one publish, recipient by recipient. Never holds the content (B2). */
export interface DeliveryReport {
  recipients: RecipientOutcome[];
  echo: EchoOutcome;
}

/** The outcome for one recipient, of whose sessions `delivered` got it and the rest were too slow. */
export function recipientOutcome(
  plan: RecipientPlan<unknown>,
  messageUID: string,
  delivered = plan.sessions.length,
): RecipientOutcome {
  const { userId, drop } = plan;
  if (drop !== undefined) return { userId, messageUID, outcome: 'dropped', reason: drop };
  return withBackpressure(userId, messageUID, delivered, plan.sessions.length - delivered);
}

/** The outcome of the echo, which `delivered` of the sender's sessions got. */
export function echoOutcome(plan: EchoPlan<unknown>, delivered = plan.sessions.length): EchoOutcome {
  if (plan.skip !== undefined) return { outcome: plan.skip };
  return delivered === 0 ? { outcome: 'backpressure' } : { outcome: 'echoed', sessions: delivered };
}

/** The report of a plan that is carried out in full: what would happen now. */
export function expectedReport(plan: DeliveryPlan<unknown>, messageUIDs: readonly string[]): DeliveryReport {
  return {
    recipients: plan.recipients.map((recipient, index) => recipientOutcome(recipient, messageUIDs[index]!)),
    echo: echoOutcome(plan.echo),
  };
}

/**
 * Joins what two nodes report of the same publish. Offline means offline on both; a node that did not answer
 * leaves `unknown` unless the other one delivered.
 */
export function mergeReports(a: DeliveryReport, b: DeliveryReport): DeliveryReport {
  return {
    recipients: a.recipients.map((outcome, index) => mergeRecipients(outcome, b.recipients[index]!)),
    echo: mergeEchoes(a.echo, b.echo),
  };
}

function mergeRecipients(a: RecipientOutcome, b: RecipientOutcome): RecipientOutcome {
  const delivered = sessionsOf(a) + sessionsOf(b);
  const slow = (a.backpressure ?? 0) + (b.backpressure ?? 0);
  const drop = weightOf(a) >= weightOf(b) ? a : b;
  if (delivered > 0 || reasonOf(drop) === 'backpressure') {
    return withBackpressure(a.userId, a.messageUID, delivered, slow);
  }
  return drop;
}

function mergeEchoes(a: EchoOutcome, b: EchoOutcome): EchoOutcome {
  const sessions = (a.outcome === 'echoed' ? a.sessions : 0) + (b.outcome === 'echoed' ? b.sessions : 0);
  if (sessions > 0) return { outcome: 'echoed', sessions };
  return a.outcome === 'sender-offline' ? b : a;
}

function withBackpressure(
  userId: string,
  messageUID: string,
  sessions: number,
  slow: number,
): RecipientOutcome {
  if (sessions === 0)
    return { userId, messageUID, outcome: 'dropped', reason: 'backpressure', backpressure: slow };
  if (slow === 0) return { userId, messageUID, outcome: 'delivered', sessions };
  return { userId, messageUID, outcome: 'delivered', sessions, backpressure: slow };
}

const sessionsOf = (row: RecipientOutcome): number => (row.outcome === 'delivered' ? row.sessions : 0);
const reasonOf = (row: RecipientOutcome) => (row.outcome === 'dropped' ? row.reason : undefined);

/** Of two drops, the one that says more: both nodes agree on `blocked`, and doubt outweighs what one node saw. */
const dropWeights: Record<DropReason, number> = { offline: 1, backpressure: 2, unknown: 3, blocked: 4 };

function weightOf(row: RecipientOutcome): number {
  return row.outcome === 'dropped' ? dropWeights[row.reason] : 0;
}
