import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { WriteBatch } from '../edge/write-batch.ts';
import type { Frame } from './encoding.ts';

/** Sends a client its messages. Those of one turn of the event loop wait for its end, and go out together. */
export interface FrameWriter extends WriteBatch {
  /** What the client has not taken yet, and what waits for the end of the turn. */
  readonly unsentBytes: number;
  send(frame: Frame, recipientIndex: number): void;
  /** Writes now what waits, so that it comes before whatever is sent next. */
  flush(): void;
  /** Loses what waits. */
  discard(): void;
}

/** @param socket the one of the `upgrade` event, under `ws` */
export type OpenWriter = (ws: WebSocket, socket: Socket) => FrameWriter;
