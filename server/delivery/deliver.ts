import {
  type DeliveryReport,
  echoOutcome,
  type RecipientOutcome,
  recipientOutcome,
} from '../core/delivery-report.ts';
import type { DeliveryPlan } from '../core/plan-delivery.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';

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
    let delivered = 0;
    for (const { connection } of recipient.sessions) {
      if (connection.deliver(message, messageUID)) delivered++;
    }
    if (reported) rows.push(recipientOutcome(recipient, messageUID, delivered));
  }
  let echoed = 0;
  for (const { connection } of plan.echo.sessions) {
    if (connection.echo(message)) echoed++;
  }
  return reported ? { recipients: rows, echo: echoOutcome(plan.echo, echoed) } : undefined;
}
