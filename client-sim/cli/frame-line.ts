import type { ReceivedFrame } from '../index.ts';
import { clockTime } from './clock-time.ts';
import { printable } from './printable.ts';
import type { Colors } from './terminal.ts';

const contentCharacters = 500;

/** What a user received, as a line for that user's own screen. @param userWidth of the column for the user */
export function frameLine(userId: string, frame: ReceivedFrame, userWidth: number, colors: Colors): string {
  return [
    lineHead(frame.sentTime, userId, userWidth, colors),
    origin(frame),
    colors.cyan(printable(frame.objectName)),
    clip(printable(frame.content)),
  ].join('  ');
}

/** When, and on whose screen. */
export function lineHead(at: number, userId: string, userWidth: number, colors: Colors): string {
  return `${colors.dim(clockTime(at))}  ${colors.bold(printable(userId).padEnd(userWidth))}`;
}

function origin(frame: ReceivedFrame): string {
  if (frame.type === 'status') return `from ${printable(frame.fromUserId)}${placeOf(frame)}`;
  const [first, ...others] = frame.messageUIDs.map((row) => {
    return 'userId' in row ? printable(row.userId) : `group ${printable(row.groupId)}`;
  });
  return `echo to ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

function placeOf({ groupId }: ReceivedFrame): string {
  return groupId === undefined ? '' : ` in group ${printable(groupId)}`;
}

function clip(text: string): string {
  if (text.length <= contentCharacters) return text;
  return `${text.slice(0, contentCharacters)}… (${text.length} characters)`;
}
