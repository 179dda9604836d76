import {
  type DeliveryReport,
  type DropReason,
  echoOutcome,
  type RecipientOutcome,
  recipientOutcome,
} from '../core/delivery-report.ts';
import type { DeliveryPlan } from '../core/plan-delivery.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Connection, Session } from '../presence/session.ts';

/**
 * Carries out a plan: hands the message to every session in it, at once and in order.
 * @returns what became of each recipient, or undefined when nobody wants to know: a report has its cost
 */
export function deliver(
  plan: DeliveryPlan<Session>,
  message: StatusMessage,
  reported: boolean,
): DeliveryReport | undefined {
  const rows: RecipientOutcome[] = [];
  for (const [index, recipient] of plan.recipients.entries()) {
    const messageUID = message.messageUIDs[index]!;
    const misses = missed(recipient.sessions, (connection) => connection.deliver(message, messageUID));
    if (reported) rows.push(recipientOutcome(recipient, messageUID, misses));
  }
  const misses = missed(plan.echo.sessions, (connection) => connection.echo(message));
  return reported ? { recipients: rows, echo: echoOutcome(plan.echo, misses) } : undefined;
}

/** Hands over to each session; returns why, for each that did not get it. */
function missed(
  sessions: readonly Session[],
  handOver: (connection: Connection) => DropReason | undefined,
): readonly DropReason[] {
  let reasons: DropReason[] = none;
  for (const { connection } of sessions) {
    const reason = handOver(connection);
    if (reason !== undefined) reasons = [...reasons, reason];
  }
  return reasons;
}

// One for all: most messages miss nobody.
const none: DropReason[] = [];
