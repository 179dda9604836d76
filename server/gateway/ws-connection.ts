import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { StatusMessage } from '../core/status-message.ts';
import type { Connection } from '../presence/session.ts';
import { type CloseCode, closeCodes } from '../protocol/close-codes.ts';
import type { ServerFrame } from '../protocol/frames.ts';
import { type EncodedFrame, encodeEcho, encodeStatus } from './encoded-frame.ts';
import { flushAtEndOfTurn } from './turn.ts';

/** What a connection may hold back for a slow client (B1.12). */
export interface Backlog {
  /** Unsent bytes over which messages are dropped. */
  budgetBytes: number;
  /** Drops in a row after which the client is closed. */
  drops: number;
}

/** Messages of one turn are gathered up to this size, then written. */
const gatherBytes = 64 * 1024;

/**
 * A WebSocket that says when its closing begins, whichever side begins it: ws answers a client's close frame,
 * and a frame it cannot accept, through its own `close()`. The `close` event comes a round trip later, too late
 * for a user who must be offline by then (B1.1).
 */
export class ClientSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState === WebSocket.OPEN) this.emit('closing', code);
    super.close(code, reason);
  }
}

/**
 * Sends one client its messages, without ws's work per message.
 *
 * This file alone leans on what `ws` does not document. Without compression ws puts each of its frames on the
 * socket whole and at once, so whole frames of ours may stand between them. Where that does not hold, messages
 * go through `ws.send()`. And see `ClientSocket`.
 */
export class WsConnection implements Connection {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #writesFrames: boolean;
  readonly #backlog: Backlog;
  #frames: EncodedFrame[] = [];
  #uids: string[] = [];
  #gathered = 0;
  #dropsInRow = 0;

  /** @param socket the one of the `upgrade` event, under `ws` */
  constructor(ws: WebSocket, socket: Duplex, backlog: Backlog) {
    this.#ws = ws;
    this.#socket = socket;
    this.#backlog = backlog;
    this.#writesFrames = ws.extensions === '';
  }

  deliver(message: StatusMessage, messageUID: string): boolean {
    return this.#hand(message.encodedBy(encodeStatus), messageUID);
  }

  echo(message: StatusMessage): boolean {
    return this.#hand(message.encodedBy(encodeEcho), '');
  }

  /** Sends a frame that may not be dropped; a client that does not read these either is closed (B1.12). */
  send(frame: ServerFrame): void {
    this.flush();
    if (this.#unsentBytes > 2 * this.#backlog.budgetBytes) this.#closeAsTooSlow();
    else this.#ws.send(JSON.stringify(frame));
  }

  ping(): void {
    this.flush();
    this.#ws.ping();
  }

  close(code: CloseCode, reason: string): void {
    this.flush();
    this.#ws.close(code, reason);
  }

  /** Ends it without a word: there is nobody at the other end. */
  terminate(): void {
    this.#ws.terminate();
  }

  /** Writes what this turn has gathered: one message as it is, several with one write. */
  flush(): void {
    if (this.#frames.length === 0) return;
    const frames = this.#frames;
    const uids = this.#uids;
    const bytes = this.#gathered;
    this.#frames = [];
    this.#uids = [];
    this.#gathered = 0;
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (frames.length === 1 || !this.#writesFrames) {
      for (const [index, frame] of frames.entries()) this.#write(frame, uids[index]!);
    } else {
      this.#writeTogether(frames, uids, bytes);
    }
  }

  get #unsentBytes(): number {
    const queued = this.#writesFrames ? this.#socket.writableLength : this.#ws.bufferedAmount;
    return queued + this.#gathered;
  }

  #hand(frame: EncodedFrame, messageUID: string): boolean {
    if (this.#ws.readyState !== WebSocket.OPEN) return false;
    if (this.#unsentBytes > this.#backlog.budgetBytes) return this.#drop();
    this.#dropsInRow = 0;
    if (frame.isLarge) {
      this.flush();
      this.#write(frame, messageUID);
      return true;
    }
    if (this.#frames.length === 0) flushAtEndOfTurn(this);
    this.#frames.push(frame);
    this.#uids.push(messageUID);
    this.#gathered += frame.byteLength;
    // What is gathered must not pass for a backlog: the socket may well take it.
    if (this.#gathered > gatherBytes) this.flush();
    return true;
  }

  #drop(): false {
    this.#dropsInRow++;
    if (this.#dropsInRow >= this.#backlog.drops) this.#closeAsTooSlow();
    return false;
  }

  #closeAsTooSlow(): void {
    this.close(closeCodes.tooSlow, 'Too slow: the backlog is over its budget.');
  }

  #write(frame: EncodedFrame, messageUID: string): void {
    if (!this.#writesFrames) {
      this.#ws.send(frame.textFor(messageUID));
      return;
    }
    this.#socket.write(frame.headFor(messageUID));
    // Not sent at once: the stream still reads from that buffer, which so must not become the next recipient's.
    if (this.#socket.writableLength > 0) frame.abandonHead();
    if (frame.tail !== undefined) this.#socket.write(frame.tail);
  }

  #writeTogether(frames: readonly EncodedFrame[], uids: readonly string[], bytes: number): void {
    if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(bytes);
    let end = 0;
    for (const [index, frame] of frames.entries()) end += frame.headFor(uids[index]!).copy(scratch, end);
    this.#socket.write(scratch.subarray(0, end));
    if (this.#socket.writableLength > 0) scratch = Buffer.allocUnsafeSlow(scratch.length);
  }
}

/** Shared by all connections: its content is sent, or the buffer left to the stream, before the next use. */
let scratch = Buffer.allocUnsafeSlow(gatherBytes * 2);
