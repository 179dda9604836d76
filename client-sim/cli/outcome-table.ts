import type { DeliveryReport, RecipientOutcome } from '../../server/index.ts';
import { printable } from './printable.ts';
import type { Colors } from './terminal.ts';

const head = ['recipient', 'outcome', 'sessions', 'messageUID'] as const;

/** The report as a table, one line per recipient under a line of titles. */
export function outcomeTable({ recipients }: DeliveryReport, colors: Colors): string[] {
  const rows = [head, ...recipients.map(cellsOf)];
  const [users, outcomes] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([user, outcome, sessions, messageUID], index) => {
    const paint = paintOf(recipients[index - 1], colors);
    const cells = [user.padEnd(users!), paint(outcome.padEnd(outcomes!)), sessions.padStart(8), messageUID];
    return index === 0 ? colors.bold(cells.join('  ')) : cells.join('  ');
  });
}

/** As `serve` shows it. */
function paintOf(row: RecipientOutcome | undefined, { green, yellow }: Colors): (text: string) => string {
  if (row === undefined) return String;
  return row.outcome === 'delivered' ? green : yellow;
}

function cellsOf(row: RecipientOutcome): readonly [string, string, string, string] {
  const outcome = row.outcome === 'delivered' ? 'delivered' : `dropped: ${row.reason}`;
  const sessions = row.outcome === 'delivered' ? row.sessions : 0;
  return [printable(row.userId), outcome, String(sessions), row.messageUID];
}
