import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { MessageUIDs } from '../core/status-message.ts';
import { flushAtEndOfTurn, type WriteBatch } from '../edge/write-batch.ts';

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

export const plainWriter: OpenWriter = (ws, socket) => new PlainWriter(ws, socket);

/** Sends messages by documented means alone: `ws.send()`, with the socket corked to make one write of them. */
export class PlainWriter implements FrameWriter {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  #waiting: Payload[] = [];
  #waitingBytes = 0;

  constructor(ws: WebSocket, socket: Socket) {
    this.#ws = ws;
    this.#socket = socket;
  }

  get unsentBytes(): number {
    return this.#waitingBytes + this.#ws.bufferedAmount;
  }

  send(frame: Frame, recipientIndex: number): void {
    if (this.#waiting.length === 0) flushAtEndOfTurn(this);
    const payload = payloadFor(frame, recipientIndex);
    this.#waiting.push(payload);
    this.#waitingBytes += Buffer.byteLength(payload);
  }

  flush(): void {
    const payloads = this.#waiting;
    if (payloads.length === 0) return;
    this.discard();
    this.#socket.cork();
    for (const payload of payloads) this.#ws.send(payload);
    this.#socket.uncork();
  }

  discard(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** What a recipient gets. */
export function payloadFor({ before, messageUIDs, after }: Frame, recipientIndex: number): Payload {
  const messageUID = messageUIDs?.of(recipientIndex) ?? '';
  if (typeof before === 'string') return before + messageUID + after;
  return Buffer.concat([before, Buffer.from(messageUID), Buffer.from(after)]);
}
