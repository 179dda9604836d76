import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';
import type { EncodedFrame } from './encoded-frame.ts';

/** How a gateway's clients are told things: a text makes a text frame, bytes make a binary one. */
export interface Encoding {
  /** The first frame of a session (B5.3). */
  greeting(session: Session): string | Buffer;
  /** What a recipient gets (B5.5). Called once for all sessions with this encoding. */
  status(message: StatusMessage): EncodedFrame;
  /** What each session of the sender gets, in one frame or several (B5.6). */
  echo(message: StatusMessage): Iterable<EncodedFrame>;
  /** What a client is told before it is closed with this code, if it is told anything but that. */
  farewell?(code: number): Buffer | undefined;
}
