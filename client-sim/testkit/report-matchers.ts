import type { DeliveryReport, DropReason, RecipientOutcome } from '../../server/core/delivery-report.ts';
import { explainEcho, explainRecipient } from '../claims/explain.ts';
import { quote } from '../claims/quote.ts';
import { Hints } from './hints.ts';
import { failure, type Verdict, wrongSubject } from './verdict.ts';

/** The recipient did not get the message, for this reason if given. */
export function toHaveDropped(report: DeliveryReport, userId: string, reason?: DropReason): Verdict {
  const row = rowOf(report, userId);
  const pass = row.outcome === 'dropped' && row.reason === (reason ?? row.reason);
  return verdict(pass, `dropped${reason ? ` as ${reason}` : ''} for ${quote(userId)}`, report);
}

/** The recipient got the message, in this many sessions if given. */
export function toHaveDelivered(report: DeliveryReport, userId: string, sessions?: number): Verdict {
  const row = rowOf(report, userId);
  const pass = row.outcome === 'delivered' && row.sessions === (sessions ?? row.sessions);
  return verdict(pass, `delivered to ${inSessions(sessions)}${quote(userId)}`, report);
}

/** The sender got a copy, in this many sessions if given. */
export function toHaveEchoed(report: DeliveryReport, sessions?: number): Verdict {
  refuseOthers(report);
  const { echo } = report;
  const pass = echo.outcome === 'echoed' && echo.sessions === (sessions ?? echo.sessions);
  return verdict(pass, `echoed to ${inSessions(sessions)}the sender`, report);
}

function verdict(pass: boolean, claim: string, report: DeliveryReport): Verdict {
  return { pass, message: () => `The message was ${pass ? '' : 'not '}${claim}. ${whole(report)}` };
}

function inSessions(sessions: number | undefined): string {
  if (sessions === undefined) return '';
  return sessions === 1 ? '1 session of ' : `${sessions} sessions of `;
}

function rowOf(report: DeliveryReport, userId: string): RecipientOutcome {
  refuseOthers(report);
  const row = report.recipients.find((each) => each.userId === userId);
  if (row === undefined) throw failure(`The message was not for ${quote(userId)}. ${whole(report)}`);
  return row;
}

function refuseOthers(report: DeliveryReport): void {
  if (!Array.isArray(Object(report).recipients)) throw wrongSubject(report, 'a report', 'sim.publish()');
}

function whole(report: DeliveryReport): string {
  const sentences = [...report.recipients.map((row) => explainRecipient(row)), explainEcho(report.echo)];
  return [['The report:', ...sentences].join('\n  '), ...Hints.on(report)].join('\n');
}
