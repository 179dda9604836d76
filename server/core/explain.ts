import type { DeliveryReport, EchoOutcome, RecipientOutcome } from './delivery-report.ts';

/**
 * One sentence per recipient and one for the echo, each naming its rule.
 * @param effects what faults did to the messages, by user, as clauses (B6.10)
 */
export function explain(
  report: DeliveryReport,
  fromUserId: string,
  effects?: ReadonlyMap<string, string>,
): string[] {
  const recipients = report.recipients.map((row) => {
    const sentence = explainRecipient(row, fromUserId);
    const isJudged = row.outcome === 'dropped' && row.reason === 'blocked';
    return isJudged ? sentence : withEffect(sentence, effects?.get(row.userId));
  });
  const echo = explainEcho(report.echo, fromUserId);
  const isEchoed = report.echo.outcome !== 'not-requested' && report.echo.outcome !== 'already-recipient';
  return [...recipients, isEchoed ? withEffect(echo, effects?.get(fromUserId)) : echo];
}

function withEffect(sentence: string, effect: string | undefined): string {
  return effect === undefined ? sentence : `${sentence.slice(0, -1)}; ${effect} (B6.10).`;
}

/** Why this recipient got the message, or did not. The sender is named where known. */
export function explainRecipient(row: RecipientOutcome, fromUserId?: string): string {
  const name = quote(row.userId);
  if (row.outcome === 'delivered') {
    const slow = row.backpressure ? `; ${sessions(row.backpressure)} more read too slowly (B1.12)` : '';
    return `${name} gets it: online with ${sessions(row.sessions)} (B1.3)${slow}.`;
  }
  switch (row.reason) {
    case 'offline':
      return `${name} does not get it: offline at this moment, and nothing is kept for later (B1.2).`;
    case 'blocked':
      return `${name} does not get it: blocks ${fromUserId === undefined ? 'the sender' : quote(fromUserId)}, and verifyBlacklist is 1 (B1.8).`;
    case 'backpressure':
      return `${name} does not get it: online, but reads so slowly that the backlog is over its budget (B1.12).`;
    case 'fault':
      return `${name} does not get it: lost to a fault that a test has set (B6.10).`;
    case 'unknown':
      return `${name} may or may not have got it: a node of the cluster did not answer in time (B2).`;
  }
}

/** Why the sender got a copy, or did not. The sender is named where known. */
export function explainEcho(echo: EchoOutcome, fromUserId?: string): string {
  const sender = fromUserId === undefined ? 'The sender' : `The sender ${quote(fromUserId)}`;
  switch (echo.outcome) {
    case 'echoed':
      return `${sender} gets an echo in ${sessions(echo.sessions)}: isIncludeSender is 1 (B1.6).`;
    case 'not-requested':
      return `${sender} gets no echo: isIncludeSender is 0 (B1.6).`;
    case 'sender-offline':
      return `${sender} gets no echo: no session of the sender to echo to (B1.6).`;
    case 'already-recipient':
      return `${sender} gets no echo: already a recipient of this message (B1.5).`;
    case 'fault':
      return `${sender} gets no echo: lost to a fault that a test has set (B6.10).`;
    case 'unknown':
      return `${sender} may or may not have got an echo: a node of the cluster did not answer in time (B2).`;
    case 'backpressure':
      return `${sender} gets no echo: reads so slowly that the backlog is over its budget (B1.12).`;
  }
}

/** As JSON would write it: an id cannot break the line or pass for the sentence around it. */
const quote = (id: string): string => JSON.stringify(id);

const sessions = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);
