import type { EchoPlan, EchoSkip, RecipientPlan } from './plan-delivery.ts';
import type { StatusMessage } from './status-message.ts';

/** Why a recipient did not get a message (B2). */
export type DropReason = 'offline' | 'blocked' | 'backpressure' | 'unknown' | 'fault';

/** What became of one recipient (B2): the sessions that got it, or why none did. */
export type RecipientOutcome = {
  userId: string;
  messageUID: string;
  /** Sessions that were too slow to get it (B1.12). */
  backpressure?: number;
  /** It is the recipient's allow list that blocks the sender (B10.6). */
  allowList?: true;
  /** Of a message that the service stores, to a user who is offline: what the service would do (B13.3). */
  note?: string;
} & ({ outcome: 'delivered'; sessions: number } | { outcome: 'dropped'; reason: DropReason });

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
  { userId, sessions, drop, allowList }: RecipientPlan<unknown>,
  messageUID: string,
  misses: readonly DropReason[] = [],
): RecipientOutcome {
  const slow = misses.filter((reason) => reason === 'backpressure').length;
  const row = outcomeOf(userId, messageUID, sessions.length - misses.length, slow, dropReason(drop, misses));
  return allowList ? { ...row, allowList } : row;
}

/** Delivered if any session got it; else dropped for this reason. */
export function outcomeOf(
  userId: string,
  messageUID: string,
  sessions: number,
  slow: number,
  reason: DropReason,
): RecipientOutcome {
  const backpressure = slow === 0 ? {} : { backpressure: slow };
  if (sessions > 0) return { userId, messageUID, outcome: 'delivered', sessions, ...backpressure };
  return { userId, messageUID, outcome: 'dropped', reason, ...backpressure };
}

/** Why a recipient got it in no session: by the plan, or by the worst that happened to a session. */
export function dropReason(drop: RecipientPlan<unknown>['drop'], misses: readonly DropReason[]): DropReason {
  return drop ?? misses.reduce(worse, 'offline');
}

/** A report that says what the service would do, if it stores the message, for who is offline (B13.3). */
export function toldOf({ request }: StatusMessage, report: DeliveryReport): DeliveryReport {
  if (request.stored) {
    for (const row of report.recipients)
      if (row.outcome === 'dropped' && row.reason === 'offline')
        row.note = 'the service would keep this and deliver it later';
  }
  return report;
}

/** The outcome of the echo. `misses` as above. */
export function echoOutcome(
  { sessions, skip }: EchoPlan<unknown>,
  misses: readonly DropReason[] = [],
): EchoOutcome {
  if (skip !== undefined) return { outcome: skip };
  const delivered = sessions.length - misses.length;
  if (delivered > 0) return { outcome: 'echoed', sessions: delivered };
  const reason = misses.reduce(worse);
  return { outcome: reason === 'backpressure' || reason === 'fault' ? reason : 'sender-offline' };
}

/** Merges what two nodes report of one recipient. Offline means offline on both. */
export function mergeRecipients(a: RecipientOutcome, b: RecipientOutcome): RecipientOutcome {
  const sessions = sessionsOf(a) + sessionsOf(b);
  // Kept whatever the outcome: a third report may show that the message was delivered elsewhere.
  const slow = (a.backpressure ?? 0) + (b.backpressure ?? 0);
  const row = outcomeOf(a.userId, a.messageUID, sessions, slow, worse(reasonOf(a), reasonOf(b)));
  return row.outcome === 'dropped' && (a.allowList || b.allowList) ? { ...row, allowList: true } : row;
}

/** Merges what two nodes report of the echo. */
export function mergeEchoes(a: EchoOutcome, b: EchoOutcome): EchoOutcome {
  const sessions = sessionsOf(a) + sessionsOf(b);
  if (sessions > 0) return { outcome: 'echoed', sessions };
  return echoes.indexOf(a.outcome) >= echoes.indexOf(b.outcome) ? a : b;
}

function sessionsOf(outcome: RecipientOutcome | EchoOutcome): number {
  return 'sessions' in outcome ? outcome.sessions : 0;
}

function reasonOf(row: RecipientOutcome): DropReason {
  return row.outcome === 'dropped' ? row.reason : 'offline';
}

function worse(a: DropReason, b: DropReason): DropReason {
  return reasons.indexOf(a) >= reasons.indexOf(b) ? a : b;
}

/** The later one says more: doubt outweighs what one node saw, and on `blocked` all nodes agree. */
const reasons: DropReason[] = ['offline', 'backpressure', 'fault', 'unknown', 'blocked'];

/** The same for an echo that no session got; on the last two all nodes agree. */
const echoes = ['sender-offline', 'backpressure', 'fault', 'unknown', 'already-recipient', 'not-requested'];
