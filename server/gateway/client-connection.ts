import type { Socket } from 'node:net';
import type { DropReason } from '../core/delivery-report.ts';
import type { StatusMessage } from '../core/status-message.ts';
import { afterTurn } from '../edge/write-batch.ts';
import type { Connection, Session } from '../presence/session.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import { limits } from '../protocol/limits.ts';
import { abnormalClosure, type ClientSocket } from './client-socket.ts';
import type { Backlog } from './overload.ts';
import type { Frame, FrameWriter, Payload } from './plain-writer.ts';

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

/** Sends one client its messages, as long as it reads them. */
export class ClientConnection implements Connection {
  // Hot fields first.
  #isOpen = true;
  #isBlackholed = false;
  #dropsInRow = 0;
  readonly #writer: FrameWriter;
  readonly #encoding: Encoding;
  readonly #backlog: Backlog;
  readonly #ws: ClientSocket;
  readonly #socket: Socket;
  #buffering = 0;
  /** Callers waiting for the client to confirm what it was sent, and how many have been answered. */
  readonly #unconfirmed: (() => void)[] = [];
  #confirmed = 0;
  /** The confirmation of those who have asked in this turn. */
  #asked: Promise<void> | undefined;

  constructor(ws: ClientSocket, socket: Socket, writer: FrameWriter, encoding: Encoding, backlog: Backlog) {
    this.#ws = ws;
    this.#socket = socket;
    this.#writer = writer;
    this.#encoding = encoding;
    this.#backlog = backlog;
  }

  /** Whether what comes from the client is to be ignored. */
  get isBlackholed(): boolean {
    return this.#isBlackholed;
  }

  /** What the client has not taken yet. */
  get unsentBytes(): number {
    return this.#writer.unsentBytes;
  }

  greet(session: Session): void {
    this.send(this.#encoding.greeting(session));
  }

  deliver(message: StatusMessage, recipientIndex: number): DropReason | undefined {
    return this.#offer(this.#encoding.status(message), recipientIndex);
  }

  echo(message: StatusMessage): DropReason | undefined {
    for (const frame of this.#encoding.echo(message)) {
      const reason = this.#offer(frame, 0);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Sends a frame that may not be dropped. */
  send(payload: Payload): void {
    if (this.#makeRoomOrClose()) this.#ws.send(payload);
  }

  /** A client's ping may be its barrier: what was handed over before goes first. */
  answerPing(payload: Buffer): void {
    if (this.#makeRoomOrClose()) this.#ws.pong(payload);
  }

  /** The payload identifies the latest waiter: a client need only answer its latest ping (RFC 6455, section 5.5.3). */
  ping(): void {
    if (this.#isBlackholed) return;
    this.flush();
    this.#ws.ping(String(this.#confirmed + this.#unconfirmed.length - 1));
  }

  refusal(): DropReason | undefined {
    if (!this.#isOpen) return 'offline';
    if (this.#isBlackholed) return undefined; // lost, and nobody here can know
    const { budgetBytes } = this.#backlog;
    if (this.unsentBytes <= budgetBytes) return undefined;
    this.flush(); // what waits for the end of the turn must not pass for a backlog: the socket may well take it
    return this.unsentBytes > budgetBytes ? 'backpressure' : undefined;
  }

  confirm(): Promise<void> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  pong(payload: string): void {
    if (payload === '') return; // not asked for by any ping of ours
    while (this.#unconfirmed.length > 0 && this.#confirmed <= Number(payload)) {
      this.#confirmed++;
      this.#unconfirmed.shift()!();
    }
  }

  /** What ws itself answers to a client must not pass either, so the socket is corked. */
  blackhole(on: boolean): void {
    this.flush();
    this.#isBlackholed = on;
    this.#ws.blackhole(on);
    this.#cork(on);
    if (!on && this.#unconfirmed.length > 0) this.ping(); // the pong may have been lost
  }

  buffer(on: boolean): void {
    if (!this.#isOpen) return; // then nothing is held back any more
    this.flush();
    this.#buffering += on ? 1 : -1;
    this.#cork(on);
  }

  reset(): void {
    this.#writer.discard();
    this.#socket.resetAndDestroy();
    this.#ws.giveUp();
  }

  close(code: number, reason: string): void {
    if (code === abnormalClosure) this.reset();
    else if (this.#isBlackholed) this.#ws.giveUp(code);
    else {
      const farewell = this.#encoding.farewell?.(code);
      if (farewell !== undefined) this.send(farewell);
      this.#ws.close(code, reason);
    }
  }

  /** The connection starts to close. What was handed over goes out before the close frame, and a client that is held back gets both. */
  ending(): void {
    this.flush();
    for (; this.#buffering > 0; this.#buffering--) this.#cork(false);
    this.#isOpen = false;
  }

  /** The socket is gone. */
  ended(): void {
    for (const resolve of this.#unconfirmed.splice(0)) resolve();
  }

  /** What was handed over goes before whatever comes next. */
  flush(): void {
    this.#writer.flush();
  }

  /** One ping for all who ask in the same turn: however many do, an honest client need only answer one. */
  #ask(): Promise<void> {
    if (this.#unconfirmed.length >= limits.unansweredPings) this.#closeAsTooSlow();
    if (this.#ws.readyState !== this.#ws.OPEN) return Promise.resolve();
    afterTurn(() => {
      this.#asked = undefined;
      this.ping();
    });
    return new Promise((resolve) => this.#unconfirmed.push(resolve));
  }

  /** Hands a message to the writer, unless the client is too slow to get it (B1.12). */
  #offer(frame: Frame, recipientIndex: number): DropReason | undefined {
    const refusal = this.refusal();
    if (refusal === 'backpressure') {
      this.#dropsInRow++;
      if (this.#dropsInRow >= this.#backlog.drops) this.#closeAsTooSlow();
    }
    if (refusal !== undefined || this.#isBlackholed) return refusal;
    this.#dropsInRow = 0;
    this.#writer.send(frame, recipientIndex);
    return undefined;
  }

  /** What may not be dropped has twice the budget. A client that does not read these frames either is closed (B1.12). */
  #makeRoomOrClose(): boolean {
    if (this.#isBlackholed) return false;
    this.flush();
    if (this.unsentBytes <= 2 * this.#backlog.budgetBytes) return true;
    this.#closeAsTooSlow();
    return false;
  }

  #closeAsTooSlow(): void {
    this.close(closeCodes.tooSlow, 'Too slow: the backlog is over its budget.');
  }

  /** Corks nest. */
  #cork(on: boolean): void {
    if (on) this.#socket.cork();
    else this.#socket.uncork();
  }
}
