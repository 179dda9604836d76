import type {
  DeliveryReport,
  DropReason,
  EchoOutcome,
  RecipientOutcome,
} from '../../server/core/delivery-report.ts';
import { quote } from './quote.ts';

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
  if (row.note !== undefined) return `${name} does not get it, offline: ${row.note} (B13.3).`;
  const sender = fromUserId === undefined ? 'the sender' : quote(fromUserId);
  const sentences: Record<DropReason, string> = {
    offline: `does not get it: offline at this moment, and nothing is kept for later (B1.2)`,
    blocked: row.allowList
      ? `does not get it: its allow list is on and does not have ${sender}, and verifyBlacklist is 1 (B10.6)`
      : `does not get it: blocks ${sender}, and verifyBlacklist is 1 (B1.8)`,
    backpressure: `does not get it: online, but ${tooSlow}`,
    fault: `does not get it: ${lost}`,
    unknown: `may or may not have got it: ${noAnswer}`,
  };
  return `${name} ${sentences[row.reason]}.`;
}

/** Why the sender got a copy, or did not. The sender is named where known. */
export function explainEcho(echo: EchoOutcome, fromUserId?: string): string {
  const sender = fromUserId === undefined ? 'The sender' : `The sender ${quote(fromUserId)}`;
  if (echo.outcome === 'echoed')
    return `${sender} gets an echo in ${sessions(echo.sessions)}: isIncludeSender is 1 (B1.6).`;
  return `${sender} ${noEcho[echo.outcome]}.`;
}

const tooSlow = 'reads so slowly that the backlog is over its budget (B1.12)';
const lost = 'lost to a fault that a test has set (B6.10)';
const noAnswer = 'a node of the cluster did not answer in time (B2)';

const noEcho: Record<Exclude<EchoOutcome['outcome'], 'echoed'>, string> = {
  'not-requested': 'gets no echo: isIncludeSender is 0 (B1.6)',
  'sender-offline': 'gets no echo: no session of the sender to echo to (B1.6)',
  'already-recipient': 'gets no echo: already a recipient of this message (B1.5)',
  backpressure: `gets no echo: ${tooSlow}`,
  fault: `gets no echo: ${lost}`,
  unknown: `may or may not have got an echo: ${noAnswer}`,
};

const sessions = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);
