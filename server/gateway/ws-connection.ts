import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { DropReason } from '../core/delivery-report.ts';
import type { StatusMessage } from '../core/status-message.ts';
import { flushAtEndOfTurn } from '../edge/turn.ts';
import type { Connection, Session } from '../presence/session.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import { Bundle } from './bundle.ts';
import type { EncodedFrame } from './encoded-frame.ts';
import type { Encoding } from './encoding.ts';
import { SocketWriter } from './socket-writer.ts';

/** What a connection may hold back for a slow client (B1.12). */
export interface Backlog {
  /** Unsent bytes over which messages are dropped. */
  budgetBytes: number;
  /** Drops in a row after which the client is closed. */
  drops: number;
}

/** A message on its way to one client, and those behind it. */
interface Gathered {
  readonly frame: EncodedFrame;
  /** Of the recipient. */
  readonly place: number;
  next: Gathered | undefined;
}

/** One for all clients: each is done with it at once. */
const bundle = new Bundle();

/**
 * A WebSocket that says once, by the event `closing` with the close code, when its end begins, whichever side
 * begins it: ws answers a client's close frame, and a frame it cannot accept, through its own `close()`. The
 * event `close` comes a round trip later, too late for a user who must be offline by then (B1.1).
 */
export class ClientSocket extends WebSocket {
  #isClosing = false;
  #isDeaf = false;
  /** The code of an end that came while it was deaf. */
  #unheard: number | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    this.#beginClosing(code ?? noStatus);
    // A deaf one closes only because its client has asked for that, who gets no answer.
    if (this.#isDeaf) super.terminate();
    else super.close(code, reason);
  }

  override terminate(): void {
    this.#beginClosing(abnormalClosure);
    super.terminate();
  }

  /** There is no socket any more, or half of one. A close under way goes on: ws bounds its time. */
  breakOff(): void {
    if (!this.#isClosing) this.terminate();
  }

  /** Ends at once, even while it is deaf, and without a close frame. */
  giveUp(code: number = abnormalClosure): void {
    super.terminate();
    this.#isDeaf = false;
    this.#beginClosing(code);
  }

  /** Whether a client that goes seems to be still there. One that went meanwhile is gone when this ends. */
  deafen(on: boolean): void {
    this.#isDeaf = on;
    if (!on && this.#unheard !== undefined) this.#beginClosing(this.#unheard);
  }

  #beginClosing(code: number): void {
    if (this.#isClosing) return;
    if (this.#isDeaf) {
      this.#unheard ??= code;
      return;
    }
    this.#isClosing = true;
    this.emit('closing', code);
  }
}

// What RFC 6455, section 7.4.1, calls a close frame without a code, and an end without a close frame.
const noStatus = 1005;
const abnormalClosure = 1006;

/**
 * Sends one client its messages, without ws's work per message.
 *
 * This file alone leans on what `ws` does not document. Without compression ws puts each of its frames on the
 * socket whole and at once, so whole frames of ours may stand between them. Where that does not hold, messages
 * go through `ws.send()`. And see `ClientSocket`.
 */
export class WsConnection implements Connection {
  // First what each message looks at: there it is together in memory.
  #isOpen = true;
  #isMuted = false;
  #dropsInRow = 0;
  #gatheredBytes = 0;
  /** What goes out at the end of this turn of the event loop. */
  #first: Gathered | undefined;
  #last: Gathered | undefined;
  readonly #writer: SocketWriter;
  readonly #encoding: Encoding;
  readonly #backlog: Backlog;
  readonly #writesFrames: boolean;
  readonly #socket: Socket;
  readonly #ws: ClientSocket;
  #isFrozen = false;
  #isHeld = false;
  /** Who waits for the client to have read so far, in order; and how many did before. */
  readonly #confirming: (() => void)[] = [];
  #confirmed = 0;

  /** @param socket the one of the `upgrade` event, under `ws` */
  constructor(ws: ClientSocket, socket: Socket, encoding: Encoding, backlog: Backlog) {
    this.#ws = ws;
    this.#socket = socket;
    this.#writer = new SocketWriter(socket);
    this.#encoding = encoding;
    this.#backlog = backlog;
    this.#writesFrames = ws.extensions === '';
  }

  /** Whether what comes from the client is to be ignored. */
  get isMuted(): boolean {
    return this.#isMuted;
  }

  greet(session: Session): void {
    this.send(this.#encoding.greeting(session));
  }

  deliver(message: StatusMessage, place: number): DropReason | undefined {
    return this.#hand(message.encodedBy(this.#encoding.status), place);
  }

  echo(message: StatusMessage): DropReason | undefined {
    for (const frame of this.#encoding.echo(message)) {
      const reason = this.#hand(frame, 0);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Sends a frame that may not be dropped; a client that does not read these either is closed (B1.12). */
  send(payload: string | Buffer): void {
    if (this.#isMuted) return;
    this.flush();
    if (this.unsentBytes > 2 * this.#backlog.budgetBytes) this.#closeAsTooSlow();
    else this.#ws.send(payload);
  }

  /** Names the last who waits in `confirm`: its pong may be the only one that comes (RFC 6455, section 5.5.3). */
  ping(): void {
    if (this.#isMuted) return;
    this.flush();
    this.#ws.ping(String(this.#confirmed + this.#confirming.length - 1));
  }

  /** A ping goes behind all that was handed over, and the client answers it with a pong when it has read that far. */
  confirm(): Promise<void> {
    if (this.#ws.readyState !== WebSocket.OPEN) return Promise.resolve();
    const confirmed = new Promise<void>((resolve) => this.#confirming.push(resolve));
    this.ping();
    return confirmed;
  }

  /** A client's ping may be its barrier: what was handed over before goes first. */
  answerPing(payload: Buffer): void {
    this.flush();
    this.#ws.pong(payload);
  }

  pong(payload: string): void {
    if (payload === '') return; // a pong that no ping of ours asked for
    while (this.#confirming.length > 0 && this.#confirmed <= Number(payload)) {
      this.#confirmed++;
      this.#confirming.shift()!();
    }
  }

  /** The socket is gone: nothing is left to wait for. */
  ended(): void {
    for (const resolve of this.#confirming.splice(0)) resolve();
  }

  /** A half-open network: what ws itself answers to a client must not pass either, so the socket is corked. */
  mute(on: boolean): void {
    this.flush();
    this.#isMuted = on;
    this.#ws.deafen(on);
    this.#writer.cork(on);
  }

  freeze(on: boolean): void {
    if (this.#isFrozen === on) return;
    this.flush();
    this.#isFrozen = on;
    this.#writer.cork(on);
  }

  hold(on: boolean): void {
    if (this.#isHeld === on) return;
    this.flush();
    this.#isHeld = on;
    this.#writer.cork(on);
  }

  reset(): void {
    this.#forgetGathered();
    this.#socket.resetAndDestroy();
    this.#ws.giveUp();
  }

  close(code: number, reason: string): void {
    if (this.#isMuted) {
      this.#ws.giveUp(code);
      return;
    }
    const farewell = this.#encoding.farewell?.(code);
    if (farewell !== undefined) this.send(farewell);
    this.#ws.close(code, reason);
  }

  /** The end begins: what was handed over goes out before the close frame, and a frozen client gets to see both. */
  ending(): void {
    this.flush();
    this.freeze(false);
    this.hold(false);
    this.#isOpen = false;
  }

  /** Writes what was gathered: small messages with one write for all. */
  flush(): void {
    const first = this.#first;
    if (first === undefined) return;
    this.#forgetGathered();
    if (first.next === undefined) this.#writeOne(first);
    else this.#writeTogether(first);
  }

  /** What the client has not taken yet. */
  get unsentBytes(): number {
    return this.#gatheredBytes + (this.#writesFrames ? this.#writer.unsentBytes : this.#ws.bufferedAmount);
  }

  #forgetGathered(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#gatheredBytes = 0;
  }

  #hand(frame: EncodedFrame, place: number): DropReason | undefined {
    if (this.#isMuted) return undefined; // lost, and nobody here can know
    if (!this.#isOpen) return 'offline';
    // What is gathered must not pass for a backlog: the socket may well take it.
    if (this.unsentBytes > this.#backlog.budgetBytes) this.flush();
    if (this.unsentBytes > this.#backlog.budgetBytes) return this.#drop();
    this.#dropsInRow = 0;
    if (this.#writesFrames) this.#gather({ frame, place, next: undefined });
    else this.#pass(frame, place);
    return undefined;
  }

  #drop(): DropReason {
    this.#dropsInRow++;
    if (this.#dropsInRow >= this.#backlog.drops) this.#closeAsTooSlow();
    return 'backpressure';
  }

  #closeAsTooSlow(): void {
    this.close(closeCodes.tooSlow, 'Too slow: the backlog is over its budget.');
  }

  #gather(gathered: Gathered): void {
    this.#gatheredBytes += gathered.frame.bytes.length;
    if (this.#last === undefined) {
      this.#first = gathered;
      flushAtEndOfTurn(this);
    } else {
      this.#last.next = gathered;
    }
    this.#last = gathered;
  }

  #pass(frame: EncodedFrame, place: number): void {
    this.#ws.send(frame.payloadFor(place));
  }

  #writeOne({ frame, place }: Gathered): void {
    const bytes = frame.addressedTo(place);
    this.#writer.write(bytes, bytes.length, frame.keptFrom);
  }

  #writeTogether(first: Gathered): void {
    for (let each: Gathered | undefined = first; each !== undefined; each = each.next) {
      if (bundle.add(each.frame, each.place)) continue;
      this.#writeBundle();
      if (!bundle.add(each.frame, each.place)) this.#writeOne(each);
    }
    this.#writeBundle();
  }

  #writeBundle(): void {
    const { length } = bundle;
    if (length > 0) this.#writer.write(bundle.bytes, length);
    bundle.rewind();
  }
}
