import { isDeepStrictEqual } from 'node:util';
import type { EchoFrame, StatusFrame } from '../server/protocol/frames.ts';
import { timeLimit } from './time-limit.ts';

/** What other users' publishes, or the user's own, bring to a session. */
export type ReceivedFrame = StatusFrame | EchoFrame;

/** A predicate, or some fields that the frame must have, compared by deep equality. */
export type Match = ((frame: ReceivedFrame) => boolean) | Partial<StatusFrame> | Partial<EchoFrame>;

/** Somebody waits for one frame; settling it also takes it off the list. */
interface Waiter {
  match: Match | undefined;
  resolve(frame: ReceivedFrame | undefined): void;
  reject(error: unknown): void;
}

const quotedCharacters = 40;
const framesInMessage = 10;

/** What a session received: kept in order, and given out once each to those who wait. Knows no socket. */
export class Inbox implements AsyncIterable<ReceivedFrame> {
  readonly #limit: number;
  readonly #received: ReceivedFrame[] = [];
  readonly #untaken: ReceivedFrame[] = [];
  readonly #waiters = new Set<Waiter>();
  #discarded = 0;
  #closing: string | undefined;

  /** `limit`: how many frames are kept; throws a RangeError when it is not at least 1. */
  constructor(limit = 10_000) {
    if (!(limit >= 1)) throw new RangeError(`An inbox holds at least 1 frame, not ${limit}.`);
    this.#limit = limit;
  }

  /** All frames so far, taken or not, except those discarded. */
  get received(): readonly ReceivedFrame[] {
    return this.#received;
  }

  /** The frames that nobody has taken yet. */
  get untaken(): readonly ReceivedFrame[] {
    return this.#untaken;
  }

  /** How many of the oldest frames had to leave because of the limit. */
  get discarded(): number {
    return this.#discarded;
  }

  push(frame: ReceivedFrame): void {
    this.#received.push(frame);
    if (!this.#handOver(frame)) this.#untaken.push(frame);
    if (this.#received.length > this.#limit) this.#discardOldest();
  }

  /** The earliest frame that matches and was not taken yet. */
  take(match?: Match): ReceivedFrame | undefined {
    const index = this.#untaken.findIndex((frame) => matches(frame, match));
    return index < 0 ? undefined : this.#untaken.splice(index, 1)[0];
  }

  /** Takes a frame, and waits for it if need be. Rejects, saying what had arrived, after `timeoutMs` or once closed. */
  async wait(match?: Match, timeoutMs = 5000): Promise<ReceivedFrame> {
    const frame = this.take(match) ?? (await this.#arrival(match, timeoutMs));
    if (frame) return frame;
    const end = this.#closing ? `before ${this.#closing}` : `within ${timeoutMs} ms`;
    throw new Error(`${describeMatch(match)} arrived ${end}. ${this.#describeReceived()}`);
  }

  /** Takes frame after frame; ends when the inbox is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedFrame, void, undefined> {
    for (;;) {
      const frame = this.take() ?? (await this.#arrival());
      if (!frame) return;
      yield frame;
    }
  }

  /** No more frames will come. `closing` says why, as in "the session closed with 4010". */
  close(closing: string): void {
    this.#closing = closing;
    for (const waiter of this.#waiters) waiter.resolve(undefined);
  }

  /** The next frame that matches; undefined when it does not come in time, or cannot come any more. */
  #arrival(match?: Match, timeoutMs = Infinity): Promise<ReceivedFrame | undefined> {
    if (this.#closing) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const leave = () => {
        callOff();
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        match,
        resolve: (frame) => {
          leave();
          resolve(frame);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const callOff = timeLimit(timeoutMs, () => waiter.resolve(undefined));
      this.#waiters.add(waiter);
    });
  }

  #handOver(frame: ReceivedFrame): boolean {
    for (const waiter of this.#waiters) {
      try {
        if (!matches(frame, waiter.match)) continue;
        waiter.resolve(frame);
        return true;
      } catch (error) {
        // The predicate is the waiter's own: its failure must not reach whoever pushed the frame.
        waiter.reject(error);
      }
    }
    return false;
  }

  #discardOldest(): void {
    const oldest = this.#received.shift();
    if (this.#untaken[0] === oldest) this.#untaken.shift();
    this.#discarded += 1;
  }

  #describeReceived(): string {
    const latest = this.#received.slice(-framesInMessage);
    if (latest.length === 0) return 'Nothing had arrived.';
    const earlier = this.#received.length + this.#discarded - latest.length;
    const taken = (frame: ReceivedFrame) => (this.#untaken.includes(frame) ? '' : ' (taken)');
    const list = latest.map((frame) => describeFrame(frame) + taken(frame));
    return `Had arrived: ${earlier > 0 ? `${earlier} earlier, ` : ''}${list.join(', ')}.`;
  }
}

function matches(frame: ReceivedFrame, match?: Match): boolean {
  if (!match) return true;
  if (typeof match === 'function') return match(frame);
  return Object.entries(match).every(([field, value]) => isDeepStrictEqual(Reflect.get(frame, field), value));
}

function describeMatch(match?: Match): string {
  if (!match) return 'No frame';
  if (typeof match === 'function') return 'No frame that satisfies the predicate';
  return `No frame with ${JSON.stringify(match, (_, value) => (typeof value === 'string' ? clip(value) : value))}`;
}

function describeFrame({ type, objectName, fromUserId, content }: ReceivedFrame): string {
  return `${type} ${objectName} from ${fromUserId} ${JSON.stringify(clip(content))}`;
}

function clip(text: string): string {
  return text.length > quotedCharacters ? `${text.slice(0, quotedCharacters - 1)}…` : text;
}
