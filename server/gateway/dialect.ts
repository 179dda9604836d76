import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';
import type { Platform } from '../protocol/frames.ts';
import type { ClientConnection } from './client-connection.ts';
import type { ClientSocket } from './client-socket.ts';
import type { Frame, Payload } from './frame-writer.ts';

/** What clients of one kind speak, at a path of their own. What is the same for all of them is the gateway's. */
export interface Dialect {
  readonly encoding: Encoding;
  /**
   * Reads the query of a connection.
   * @throws ApiError when it lets nobody in
   */
  login(query: URLSearchParams, apps: Apps): Login;
  /** Turns a client away, with the message of the error if that is one for callers. */
  refuse(ws: ClientSocket, error: unknown): void;
  /** Begins to answer the frames of a session that is open. */
  serve(app: App, session: Session, connection: ClientConnection): FrameReader;
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

/** Who wants to connect, and from what. */
export interface Login {
  app: App;
  userId: string;
  platform: Platform | undefined;
}

/** Takes what one session's client sends. */
export interface FrameReader {
  /**
   * Begins to carry out a frame: a publish goes out at once, even if other nodes have yet to say what became of it.
   * @returns what is left to do when the frames before it are answered
   */
  receive(data: Buffer, isBinary: boolean): Answer | Promise<Answer>;
  /** Called when the session has ended. */
  end?(): void;
}

/** The answer to a frame, or all that there is to do for it. */
export type Answer = () => void | Promise<void>;
