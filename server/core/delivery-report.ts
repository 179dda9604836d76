import type { DeliveryPlan, EchoPlan, EchoSkip, RecipientPlan } from './plan-delivery.ts';
import type { StatusMessage } from './status-message.ts';

/** Why a recipient did not get a message (B2). */
export type DropReason = 'offline' | 'blocked' | 'backpressure' | 'unknown' | 'fault';

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
export type EchoOutcome =
  | { outcome: 'echoed'; sessions: number }
  | { outcome: EchoSkip | Extract<DropReason, 'backpressure' | 'fault' | 'unknown'> };

/** What became of one publish, recipient by recipient. Never holds the content (B2). */
export interface DeliveryReport {
  recipients: RecipientOutcome[];
  echo: EchoOutcome;
}

/** The outcome for one recipient. `misses` says why, for each session of the plan that did not get it. */
export function recipientOutcome(
  plan: RecipientPlan<unknown>,
  messageUID: string,
  misses: readonly DropReason[] = [],
): RecipientOutcome {
  const { userId, sessions, drop } = plan;
  const slow = misses.filter((reason) => reason === 'backpressure').length;
  const backpressure = slow === 0 ? {} : { backpressure: slow };
  const delivered = sessions.length - misses.length;
  if (delivered > 0)
    return { userId, messageUID, outcome: 'delivered', sessions: delivered, ...backpressure };
  return { userId, messageUID, outcome: 'dropped', reason: dropReason(drop, misses), ...backpressure };
}

/** Why a recipient got it in no session: by the plan, or by what the sessions missed it for. */
export function dropReason(drop: RecipientPlan<unknown>['drop'], misses: readonly DropReason[]): DropReason {
  return drop ?? misses.reduce(heavier);
}

/** The outcome of the echo. `misses` as above. */
export function echoOutcome(plan: EchoPlan<unknown>, misses: readonly DropReason[] = []): EchoOutcome {
  if (plan.skip !== undefined) return { outcome: plan.skip };
  const delivered = plan.sessions.length - misses.length;
  if (delivered > 0) return { outcome: 'echoed', sessions: delivered };
  const reason = misses.reduce(heavier);
  return { outcome: reason === 'backpressure' || reason === 'fault' ? reason : 'sender-offline' };
}

/** The report of a plan that is carried out in full: what would happen now. */
export function expectedReport(
  plan: DeliveryPlan<unknown>,
  message: Pick<StatusMessage, 'messageUIDs'>,
): DeliveryReport {
  return {
    recipients: plan.recipients.map((recipient, place) =>
      recipientOutcome(recipient, message.messageUIDs.of(place)),
    ),
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

/** Of one recipient, on two nodes. */
export function mergeRecipients(a: RecipientOutcome, b: RecipientOutcome): RecipientOutcome {
  const slow = (a.backpressure ?? 0) + (b.backpressure ?? 0);
  // Kept whatever the outcome: a third report may show that the message was delivered elsewhere.
  const backpressure = slow === 0 ? {} : { backpressure: slow };
  if (a.outcome === 'dropped' && b.outcome === 'dropped') {
    return { ...a, reason: heavier(a.reason, b.reason), ...backpressure };
  }
  const sessions = sessionsOf(a) + sessionsOf(b);
  return { userId: a.userId, messageUID: a.messageUID, outcome: 'delivered', sessions, ...backpressure };
}

/** Of the echo, on two nodes. */
export function mergeEchoes(a: EchoOutcome, b: EchoOutcome): EchoOutcome {
  const sessions = sessionsOf(a) + sessionsOf(b);
  if (sessions > 0) return { outcome: 'echoed', sessions };
  // As of reasons, the one that says more; on any other outcome all nodes agree.
  return echoes.indexOf(a.outcome) >= echoes.indexOf(b.outcome) ? a : b;
}

function sessionsOf(outcome: RecipientOutcome | EchoOutcome): number {
  return 'sessions' in outcome ? outcome.sessions : 0;
}

/** From the reason that says least: doubt outweighs what one node saw, and all nodes agree on `blocked`. */
const reasons: DropReason[] = ['offline', 'backpressure', 'fault', 'unknown', 'blocked'];

/** The same of an echo that no session got. */
const echoes: EchoOutcome['outcome'][] = [
  'sender-offline',
  'backpressure',
  'fault',
  'unknown',
  'already-recipient',
  'not-requested',
];

function heavier(a: DropReason, b: DropReason): DropReason {
  return reasons.indexOf(a) >= reasons.indexOf(b) ? a : b;
}
