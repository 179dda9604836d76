import type {
  ClientRecord,
  ReceiptRecord,
  SessionRecord,
  StoryRecord,
  ViolationRecord,
} from '../swarm/violation-record.ts';
import { clockTime } from './clock-time.ts';
import type { Colors } from './terminal.ts';

/** Clients that are told at length, because something went wrong for them; and others that are told in a line. */
const guiltyShown = 3;
const othersShown = 10;

/** The story of a message that went wrong, for a person. */
export function violationLines({ fault, userId, message, story, got }: ViolationRecord, colors: Colors) {
  const title = colors.red(`${fault}: message ${message}, ${userId}`);
  const rest = story ? storyLines(story, colors) : [...(got ? [forgottenText(got)] : [])];
  return [title, ...rest];
}

function forgottenText(got: ReceiptRecord): string {
  return `${clockTime(got.at)}  ${arrivalText(got)}; its number is unknown, or was forgotten`;
}

function storyLines(story: StoryRecord, colors: Colors): string[] {
  const guilty = story.clients.filter(({ faults }) => faults.length > 0);
  const others = story.clients.filter(({ faults }) => faults.length === 0);
  return [
    publicationText(story),
    ...guilty.slice(0, guiltyShown).flatMap((client) => ['', ...clientLines(client, story, colors)]),
    ...more(guilty.length - guiltyShown, 'with violations', ''),
    ...(others.length > 0 ? ['', 'Without violations:'] : []),
    ...others.slice(0, othersShown).map((client) => otherLine(client, colors)),
    ...more(others.length - othersShown, 'like these'),
  ];
}

function publicationText({ via, objectName, fromUserId, toUserIds, isIncludeSender }: StoryRecord): string {
  const way = via === 'request' ? 'by a request of the back end' : "by the sender's own frame";
  const recipients = toUserIds.length === 1 ? '1 recipient' : `${toUserIds.length} recipients`;
  const echo = isIncludeSender ? ', with an echo' : '';
  return `${objectName} from ${fromUserId} to ${recipients}, sent ${way}${echo}`;
}

/** All that happened to one client, in the order in which it happened. */
function clientLines(client: ClientRecord, { sentAt, answer }: StoryRecord, colors: Colors): string[] {
  const { userId, faults, got, sessions } = client;
  const steps: [at: number, text: string][] = [
    ...sessionsOf(sessions, got).flatMap(sessionSteps),
    [sentAt, 'message sent'],
    [answer.at, `message ${answer.outcome}`],
    ...got.map((receipt): [number, string] => [receipt.at, arrivalText(receipt, client)]),
  ];
  const inOrder = steps.sort(([one], [other]) => one - other);
  return [
    `${colors.bold(userId)}  ${dutyText(client)}: ${colors.red(faults.join(', '))}`,
    ...inOrder.map(([at, text]) => `  ${colors.dim(clockTime(at))}  ${text}`),
  ];
}

function otherLine(client: ClientRecord, colors: Colors): string {
  const { userId, got } = client;
  const arrivals = got.map((receipt) => `${arrivalText(receipt)} at ${clockTime(receipt.at)}`);
  return `${colors.bold(userId)}  ${dutyText(client)}, ${arrivals.join(', ') || 'got nothing'}`;
}

function dutyText({ was, verdict, due }: ClientRecord): string {
  return `was ${was}, ${verdict} get ${due === 'echo' ? 'the echo' : 'it'}`;
}

function arrivalText({ kind, messageUID }: ReceiptRecord, expected?: ClientRecord): string {
  const text = kind === 'echo' ? 'got an echo' : 'got it';
  const uid = expected?.due === kind ? expected.messageUID : undefined;
  return uid === undefined || uid === messageUID ? text : `${text} as ${messageUID}, not as ${uid}`;
}

/** Those of the time of the message, and those to which something of it came. */
function sessionsOf(sessions: readonly SessionRecord[], got: readonly ReceiptRecord[]): SessionRecord[] {
  const all = [...sessions, ...got.map(({ session }) => session)];
  return [...new Map(all.map((session) => [session.connectAt, session])).values()];
}

function sessionSteps({ connectAt, onlineAt, leaveAt, goneAt }: SessionRecord): [at: number, text: string][] {
  const steps = [
    [connectAt, 'connecting'],
    [onlineAt, 'online'],
    [leaveAt, 'leaving'],
    [goneAt, 'gone'],
  ] as const;
  return steps.flatMap(([at, text]): [number, string][] => (at === undefined ? [] : [[at, text]]));
}

function more(count: number, who: string, ...before: string[]): string[] {
  return count > 0 ? [...before, `and ${count} more ${who}`] : [];
}
