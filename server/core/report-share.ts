import {
  type DeliveryReport,
  type DropReason,
  type EchoOutcome,
  mergeEchoes,
  mergeRecipients,
  outcomeOf,
} from './delivery-report.ts';
import type { StatusMessage } from './status-message.ts';

/**
 * What a node answers to the node that took a publish: its report without the rows that a node without any of the
 * recipients would report, too.
 */
export interface ReportShare {
  readonly rows: readonly ShareRow[];
  readonly echo: EchoOutcome;
}

/** By the recipient's index; in a broadcast, whose recipients each node finds for itself, by user id. */
type ShareRow = readonly [recipient: number | string, sessions: number, slow: number, reason?: DropReason];

export function shareOf({ recipients, echo }: DeliveryReport, isBroadcast: boolean): ReportShare {
  const rows: ShareRow[] = [];
  for (const [recipientIndex, row] of recipients.entries()) {
    const recipient = isBroadcast ? row.userId : recipientIndex;
    const { backpressure = 0 } = row;
    if (row.outcome === 'delivered') rows.push([recipient, row.sessions, backpressure]);
    // On `blocked` all nodes agree.
    else if (row.reason !== 'offline' && row.reason !== 'blocked')
      rows.push([recipient, 0, backpressure, row.reason]);
  }
  return { rows, echo };
}

/**
 * Merges the report of the node that took the publish with the shares of the others, as if all sessions were here.
 * @param isUnknown whether a node that may hold sessions of this user has not answered
 */
export function mergeShares(
  own: DeliveryReport,
  shares: readonly ReportShare[],
  { request, messageUIDs, isBroadcast }: StatusMessage,
  isUnknown: ((userId: string) => boolean) | undefined,
): DeliveryReport {
  let { recipients: rows, echo } = own;
  const indexes = isBroadcast ? new Map(rows.map(({ userId }, index) => [userId, index])) : undefined;
  for (const share of shares) {
    for (const [recipient, sessions, slow, reason = 'offline'] of share.rows) {
      const index = typeof recipient === 'number' ? recipient : (indexes?.get(recipient) ?? rows.length);
      const known = rows[index];
      const { userId, messageUID } = known ?? {
        userId: String(recipient),
        messageUID: messageUIDs.of(index),
      };
      const row = outcomeOf(userId, messageUID, sessions, slow, reason);
      rows[index] = known === undefined ? row : mergeRecipients(known, row);
      indexes?.set(userId, index);
    }
    echo = mergeEchoes(echo, share.echo);
  }
  if (isUnknown === undefined) return { recipients: rows, echo };
  rows = rows.map((row) => {
    const { userId, messageUID } = row;
    return isUnknown(userId) ? mergeRecipients(row, outcomeOf(userId, messageUID, 0, 0, 'unknown')) : row;
  });
  if (isUnknown(request.fromUserId)) echo = mergeEchoes(echo, { outcome: 'unknown' });
  return { recipients: rows, echo };
}
