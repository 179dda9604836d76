import type { MessageUIDs } from '../core/message-uids.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';

/** A text makes a text frame, bytes make a binary one. */
export type Payload = string | Buffer;

/** A frame for every session that a message goes to. Each recipient's messageUID stands between the two halves. */
export interface Frame {
  readonly before: Payload;
  /** Undefined when all recipients get the same. */
  readonly messageUIDs: MessageUIDs | undefined;
  readonly after: Payload;
  /** Where a writer keeps what it has made of the frame for all recipients. */
  encoded?: unknown;
}

/** How clients are told things. */
export interface Encoding {
  /** The first frame of a session (B5.3). */
  greeting(session: Session): Payload;
  /** What a recipient gets (B5.5): for one message always the same frame. */
  status(message: StatusMessage): Frame;
  /** What each session of the sender gets, in one frame or several (B5.6). */
  echo(message: StatusMessage): Iterable<Frame>;
  /** What a client is told before it is closed with this code, besides the code. */
  farewell?(code: number): Payload | undefined;
}
