import {
  type DeliveryReport,
  type DropReason,
  type EchoOutcome,
  mergeEchoes,
  mergeRecipients,
  type RecipientOutcome,
} from './delivery-report.ts';
import type { StatusMessage } from './status-message.ts';

/**
 * What one node tells the node that took a publish: its report, without the rows that say what they would say of a
 * node that knows nobody. A node with none of the recipients so has nothing to tell.
 */
export interface ReportShare {
  readonly rows: readonly ShareRow[];
  readonly echo: EchoOutcome;
}

/** By the place of the recipient; by the user in a broadcast, whose recipients each node finds among its own. */
type ShareRow = readonly [
  recipient: number | string,
  sessions: number,
  backpressure: number,
  reason?: DropReason,
];

export function shareOf({ recipients, echo }: DeliveryReport, isBroadcast: boolean): ReportShare {
  const rows: ShareRow[] = [];
  for (const [place, row] of recipients.entries()) {
    const recipient = isBroadcast ? row.userId : place;
    if (row.outcome === 'delivered') rows.push([recipient, row.sessions, row.backpressure ?? 0]);
    // On `blocked` all nodes agree.
    else if (row.reason !== 'offline' && row.reason !== 'blocked') {
      rows.push([recipient, 0, row.backpressure ?? 0, row.reason]);
    }
  }
  return { rows, echo };
}

/**
 * Merges the report of the node that took the publish with the shares of the others, as if all sessions were here.
 * @param isUnknown whether some node, which may hold sessions of this user, has not answered
 */
export function mergeShares(
  own: DeliveryReport,
  shares: readonly ReportShare[],
  message: StatusMessage,
  isUnknown: ((userId: string) => boolean) | undefined,
): DeliveryReport {
  const rows = own.recipients;
  const places = message.isBroadcast ? new Map(rows.map(({ userId }, place) => [userId, place])) : undefined;
  let echo = own.echo;
  for (const share of shares) {
    for (const [recipient, sessions, backpressure, reason] of share.rows) {
      const place = typeof recipient === 'number' ? recipient : (places?.get(recipient) ?? rows.length);
      const userId = message.request.toUserIds[place] ?? String(recipient);
      const row = outcomeOf(userId, message.messageUIDs.of(place), sessions, backpressure, reason);
      const known = rows[place];
      rows[place] = known === undefined ? row : mergeRecipients(known, row);
      if (known === undefined) places?.set(userId, place);
    }
    echo = mergeEchoes(echo, share.echo);
  }
  if (isUnknown === undefined) return { recipients: rows, echo };
  const recipients = rows.map((row) => (isUnknown(row.userId) ? mergeRecipients(row, doubtOf(row)) : row));
  const isEchoUnknown = isUnknown(message.request.fromUserId);
  return { recipients, echo: isEchoUnknown ? mergeEchoes(echo, { outcome: 'unknown' }) : echo };
}

function outcomeOf(
  userId: string,
  messageUID: string,
  sessions: number,
  slow: number,
  reason: DropReason = 'offline',
): RecipientOutcome {
  const backpressure = slow === 0 ? {} : { backpressure: slow };
  if (sessions > 0) return { userId, messageUID, outcome: 'delivered', sessions, ...backpressure };
  return { userId, messageUID, outcome: 'dropped', reason, ...backpressure };
}

function doubtOf({ userId, messageUID }: RecipientOutcome): RecipientOutcome {
  return { userId, messageUID, outcome: 'dropped', reason: 'unknown' };
}
