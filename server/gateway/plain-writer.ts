import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { flushAtEndOfTurn } from '../edge/write-batch.ts';
import type { Frame, Payload } from './encoding.ts';
import type { FrameWriter, OpenWriter } from './frame-writer.ts';

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

export const plainWriter: OpenWriter = (ws, socket) => new PlainWriter(ws, socket);

/** What a recipient gets. */
export function payloadFor({ before, messageUIDs, after }: Frame, recipientIndex: number): Payload {
  const messageUID = messageUIDs?.of(recipientIndex) ?? '';
  if (typeof before === 'string') return before + messageUID + after;
  return Buffer.concat([before, Buffer.from(messageUID), Buffer.from(after)]);
}
