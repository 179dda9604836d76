import type { DeliveryReport, EchoOutcome, RecipientOutcome } from './delivery-report.ts';

/** One sentence per recipient and one for the echo, each naming its rule. */
export function explain(report: DeliveryReport, fromUserId: string): string[] {
  const recipients = report.recipients.map((row) => explainRecipient(row, fromUserId));
  return [...recipients, explainEcho(report.echo, fromUserId)];
}

/** Why this recipient got the message, or did not. */
export function explainRecipient(row: RecipientOutcome, fromUserId: string): string {
  const name = quote(row.userId);
  if (row.outcome === 'delivered') {
    const slow = row.backpressure ? `; ${sessions(row.backpressure)} more read too slowly (B1.12)` : '';
    return `${name} gets it: online with ${sessions(row.sessions)} (B1.3)${slow}.`;
  }
  switch (row.reason) {
    case 'offline':
      return `${name} does not get it: offline at this moment, and nothing is kept for later (B1.2).`;
    case 'blocked':
      return `${name} does not get it: blocks ${quote(fromUserId)}, and verifyBlacklist is 1 (B1.8).`;
    case 'backpressure':
      return `${name} does not get it: online, but reads so slowly that the backlog is over its budget (B1.12).`;
    case 'fault':
      return `${name} does not get it: lost to a fault that a test has set (B6).`;
    case 'unknown':
      return `${name} may or may not have got it: a node of the cluster did not answer in time (B2).`;
  }
}

/** Why the sender got a copy, or did not. */
export function explainEcho(echo: EchoOutcome, fromUserId: string): string {
  const name = quote(fromUserId);
  switch (echo.outcome) {
    case 'echoed':
      return `The sender ${name} gets an echo in ${sessions(echo.sessions)}: isIncludeSender is 1 (B1.6).`;
    case 'not-requested':
      return `The sender ${name} gets no echo: isIncludeSender is 0 (B1.6).`;
    case 'sender-offline':
      return `The sender ${name} gets no echo: no session of the sender to echo to (B1.6).`;
    case 'already-recipient':
      return `The sender ${name} gets no echo: already a recipient of this message (B1.5).`;
    case 'fault':
      return `The sender ${name} gets no echo: lost to a fault that a test has set (B6).`;
    case 'backpressure':
      return `The sender ${name} gets no echo: reads so slowly that the backlog is over its budget (B1.12).`;
  }
}

/** As JSON would write it: an id cannot break the line or pass for the sentence around it. */
const quote = (id: string): string => JSON.stringify(id);

const sessions = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);
