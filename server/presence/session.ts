import type { StatusMessage } from '../core/status-message.ts';
import type { CloseCode } from '../protocol/close-codes.ts';
import { type Platform, platformClasses } from '../protocol/frames.ts';

/** A user's live connection: the unit that is online, that gets a message, and that is kicked (B1.1). */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly platform: Platform | undefined;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly connection: Connection;
}

/** The pipe under a session. What it writes on the wire is its gateway's affair. */
export interface Connection {
  /** Hands over a message; false when the client is too slow to be given more (B1.12). */
  deliver(message: StatusMessage, messageUID: string): boolean;
  /** Hands over the sender's own copy; false when too slow (B1.6, B1.12). */
  echo(message: StatusMessage): boolean;
  /** Begins to close; what was handed over before still goes out first. */
  close(code: CloseCode, reason: string): void;
}

/** Whether a login of `next` takes the place of `current`: the same class of platform, one session each (B5.2). */
export function replaces(next: Session, current: Session): boolean {
  if (next.platform === undefined || current.platform === undefined) return false;
  return platformClasses[next.platform] === platformClasses[current.platform];
}
