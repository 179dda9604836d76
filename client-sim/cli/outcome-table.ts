import type { DeliveryReport, RecipientOutcome } from '../../server/index.ts';
import { printable } from './printable.ts';

const head = ['recipient', 'outcome', 'sessions', 'messageUID'] as const;

/** The report as a table, one line per recipient under a line of titles. */
export function outcomeTable({ recipients }: DeliveryReport): string[] {
  const rows = [head, ...recipients.map(cellsOf)];
  const [users, outcomes] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([user, outcome, sessions, messageUID]) => {
    return [user.padEnd(users!), outcome.padEnd(outcomes!), sessions.padStart(8), messageUID].join('  ');
  });
}

function cellsOf(row: RecipientOutcome): readonly [string, string, string, string] {
  const outcome = row.outcome === 'delivered' ? 'delivered' : `dropped: ${row.reason}`;
  const sessions = row.outcome === 'delivered' ? row.sessions : 0;
  return [printable(row.userId), outcome, String(sessions), row.messageUID];
}
