import type { ReceivedFrame } from '../inbox.ts';
import { describeDifference } from './difference.ts';
import type { Evidence } from './evidence.ts';
import { describeMessage, uidOf } from './message-line.ts';
import type { MessagePattern } from './message-pattern.ts';
import { byNearness } from './nearest.ts';
import { describeFate, type Fate } from './publish-log.ts';
import { quote } from './quote.ts';

/** How many lines of each kind a failure has. */
const atMost = 10;

/** Nothing matched: shows what arrived instead, the nearest miss, and what became of publishes to this user. */
export function missing(evidence: Evidence, pattern: MessagePattern): string {
  return [
    `${evidence.name} did not receive ${quote(pattern)}.`,
    ...arrivedInstead(evidence, pattern),
    ...notArrived(evidence, pattern),
    ...ending(evidence),
  ].join('\n');
}

/** Something arrived that should not have: shows the messages, and why they came. */
export function unwanted(evidence: Evidence, claim: string, messages: readonly ReceivedFrame[]): string {
  const shown = messages.slice(0, atMost).flatMap((message) => {
    return [line(evidence, message), `     ${reason(evidence, message)}`];
  });
  const rest = messages.length - atMost;
  const more = rest > 0 ? [`  … and ${rest} more.`] : [];
  return [`${evidence.name} received ${claim}:`, ...shown, ...more, ...ending(evidence)].join('\n');
}

/** Nothing arrived, although something should have. */
export function nothing(evidence: Evidence): string {
  const lines = [
    `${evidence.name} received nothing at all.`,
    ...notArrived(evidence, {}),
    ...ending(evidence),
  ];
  return lines.join('\n');
}

/** As in `1 message`. */
export function count(messages: readonly ReceivedFrame[]): string {
  return messages.length === 1 ? '1 message' : `${messages.length} messages`;
}

function arrivedInstead(evidence: Evidence, pattern: MessagePattern): string[] {
  const { messages } = evidence;
  const ranked = byNearness(messages, pattern);
  const nearest = ranked[0];
  if (nearest === undefined) return ['It received nothing at all.'];
  const shown = new Set(ranked.slice(0, atMost).map(({ message }) => message));
  return [
    `It received ${count(messages)}${messages.length > atMost ? `, of which these ${atMost} are nearest` : ''}:`,
    ...messages.filter((message) => shown.has(message)).map((message) => line(evidence, message)),
    `Nearest is number ${numberOf(evidence, nearest.message)}, where`,
    ...nearest.differences.slice(0, atMost).map((difference) => `  ${describeDifference(difference)}`),
  ];
}

/** The latest publishes this client missed: those that could match the pattern, or else all. */
function notArrived({ client, messages, record }: Evidence, pattern: MessagePattern): string[] {
  if (record === undefined) return [];
  const { type = 'status' } = pattern;
  const { publishes } = record;
  const hints = record.hintsAbout(client.userId);
  const own = publishes.fates.filter((fate) => fate.userId === client.userId && fate.type === type);
  if (own.length === 0) {
    return [publishes.lacking(`${type === 'echo' ? 'from' : 'to'} ${quote(client.userId)}`), ...hints];
  }
  const arrived = new Set(messages.map(uidOf));
  const lost = own.filter(({ messageUID }) => !arrived.has(messageUID));
  const likely = lost.filter((fate) => isLikely(fate, pattern));
  const shown = (likely.length > 0 ? likely : lost).slice(-atMost);
  const lines = shown.map((fate) => `  ${describeFate(fate)}`);
  return shown.length === 0 ? hints : ['Published, but not received:', ...lines, ...hints];
}

function isLikely(fate: Fate, { objectName, fromUserId }: MessagePattern): boolean {
  return (
    [undefined, fate.objectName].includes(objectName) && [undefined, fate.fromUserId].includes(fromUserId)
  );
}

function ending({ client, closing, hindrance }: Evidence): string[] {
  const lines: string[] = [];
  if (client.discarded > 0) {
    lines.push(`Its inbox was too small: ${client.discarded} of the oldest messages are gone from it.`);
  }
  if (hindrance) lines.push(`Its session is held: ${hindrance} (B6.10).`);
  if (closing)
    lines.push(`Its session has closed with ${closing.code}${closing.reason ? `: ${closing.reason}` : '.'}`);
  return lines;
}

function line(evidence: Evidence, message: ReceivedFrame): string {
  return `  ${numberOf(evidence, message)}. ${describeMessage(message)}`;
}

/** Counts from the first message that ever arrived. */
function numberOf({ client, messages }: Evidence, message: ReceivedFrame): number {
  return client.discarded + messages.indexOf(message) + 1;
}

function reason({ client, record }: Evidence, message: ReceivedFrame): string {
  const uid = uidOf(message);
  const fates = record?.publishes.fates.filter(
    (fate) => fate.messageUID === uid && fate.type === message.type,
  );
  const fate = fates?.find(({ userId }) => userId === client.userId) ?? fates?.[0];
  return `${uid}${fate ? `: ${fate.sentence}` : ''}`;
}
