import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import type { Session } from '../presence/session.ts';
import type { Platform } from '../protocol/frames.ts';
import type { ClientConnection, Encoding } from './client-connection.ts';
import type { ClientSocket } from './client-socket.ts';

/** What clients of one kind speak, at a path of their own. What is the same for all of them is the gateway's. */
export interface Dialect {
  readonly encoding: Encoding;
  /** Reads the query of a connection. @throws ApiError when it lets nobody in */
  login(query: URLSearchParams, apps: Apps): Login;
  /** Turns a client away, with the message of the error if that is one for callers. */
  refuse(ws: ClientSocket, error: unknown): void;
  /** Begins to answer the frames of a session that is open. */
  serve(client: Client): FrameReader;
}

/** Who wants to connect, and from what. */
export interface Login {
  app: App;
  userId: string;
  platform: Platform | undefined;
}

/** Who has connected. */
export interface Client {
  readonly app: App;
  readonly session: Session;
  readonly connection: ClientConnection;
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
