import type {
  EchoOutcome,
  PublishEvent,
  RecipientOutcome,
  SessionEvent,
  SimEvent,
} from '../../server/index.ts';
import { clockTime } from './clock-time.ts';
import { printable } from './printable.ts';
import type { Colors } from './terminal.ts';

/** What happened, to whom, and the colour of it. */
interface Row {
  outcome: string;
  subject: string;
  paint: 'green' | 'yellow' | 'cyan' | 'red' | 'dim';
}

/** Wide enough for every usual outcome. */
const outcomeWidth = 'no echo: already-recipient'.length;

/** The event as lines for a person: of a publish one per recipient, and one for the echo if it was asked for. */
export function traceLines(event: SimEvent, colors: Colors): string[] {
  const time = colors.dim(clockTime(event.at));
  const app = colors.dim(appOf(event));
  return rowsOf(event).map(({ outcome, subject, paint }) => {
    return `${time}  ${colors[paint](outcome.padEnd(outcomeWidth))}  ${subject}${app}`;
  });
}

/** Most people have one app, the one they did not name. */
function appOf({ appKey }: SimEvent): string {
  return appKey === undefined || appKey === 'default' ? '' : `  app ${printable(appKey)}`;
}

function rowsOf(event: SimEvent): Row[] {
  switch (event.event) {
    case 'publish':
      return [...publishRows(event), ...hintRows(event)];
    case 'session':
      return [sessionRow(event)];
    case 'refused': {
      const subject = `${printable(event.path)}  ${printable(event.errorMessage)}`;
      return [{ outcome: `refused with ${event.code}`, subject, paint: 'red' }, ...hintRows(event)];
    }
    case 'accepted':
      return [{ outcome: event.note, subject: printable(event.path), paint: 'dim' }];
    default:
      return []; // of a newer simulator
  }
}

function hintRows({ hints = [] }: { hints?: string[] }): Row[] {
  return hints.map((hint) => ({ outcome: 'hint', subject: printable(hint), paint: 'yellow' }));
}

function publishRows({ fromUserId, channelType, groupId, objectName, report }: PublishEvent): Row[] {
  const from = printable(fromUserId);
  const place = groupId === undefined ? '' : `  in group ${printable(groupId)}`;
  const rows = report.recipients.map((row): Row => {
    const paint = row.outcome === 'delivered' ? 'green' : 'yellow';
    const note = row.note === undefined ? '' : `: ${printable(row.note)}`;
    return { outcome: recipientText(row), subject: `${from} → ${printable(row.userId)}${note}`, paint };
  });
  if (channelType !== 'PERSON' && rows.length === 0)
    rows.push({ outcome: nobody[channelType], subject: from, paint: 'yellow' });
  if (report.echo.outcome !== 'not-requested') rows.push(echoRow(report.echo, from));
  const width = Math.max(...rows.map(({ subject }) => subject.length));
  return rows.map((row) => ({
    ...row,
    subject: `${row.subject.padEnd(width)}  ${printable(objectName)}${place}`,
  }));
}

/** A group may have no member, and nobody may be online. */
const nobody = { GROUP: 'no other member', SYSTEM: 'nobody online' } as const;

function recipientText(row: RecipientOutcome): string {
  if (row.outcome === 'dropped') return `dropped: ${row.reason}`;
  const slow = row.backpressure ? `, ${row.backpressure} too slow` : '';
  return `delivered to ${sessions(row.sessions)}${slow}`;
}

function echoRow(echo: EchoOutcome, subject: string): Row {
  if (echo.outcome !== 'echoed') return { outcome: `no echo: ${echo.outcome}`, subject, paint: 'yellow' };
  return { outcome: `echo to ${sessions(echo.sessions)}`, subject, paint: 'cyan' };
}

function sessionRow({ userId, platform, state, code, online }: SessionEvent): Row {
  const user = printable(userId) + (platform ? ` on ${platform}` : '');
  if (state === 'opened') return { outcome: 'session opened', subject: user, paint: 'dim' };
  const subject = `${user}, ${online ? 'still online' : 'now offline'}`;
  return { outcome: `session closed with ${code}`, subject, paint: 'dim' };
}

const sessions = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);
