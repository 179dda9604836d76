import { isDeepStrictEqual } from 'node:util';
import type { EchoFrame, StatusFrame } from '../server/protocol/frames.ts';
import { Backlog } from './backlog.ts';
import { timeLimit } from './time-limit.ts';

/** What other users' publishes, or the user's own, bring to a session. */
export type ReceivedFrame = StatusFrame | EchoFrame;

/** A predicate, or some fields that the frame must have, compared by deep equality. */
export type Match = ((frame: ReceivedFrame) => boolean) | Partial<StatusFrame> | Partial<EchoFrame>;

/** Somebody waits for one frame; settling it also takes it off the list. */
interface Waiter {
  match?: Match | undefined;
  /** Others may have the frame, too. */
  looksOnly?: boolean;
  resolve(frame: ReceivedFrame | undefined): void;
  reject(error: unknown): void;
}

/** For how long somebody waits, and for what. */
interface Wait extends Pick<Waiter, 'match' | 'looksOnly'> {
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

const quotedCharacters = 40;
const framesInMessage = 10;

/** What a session received: kept in order, and given out once each to those who wait. Knows no socket. */
export class Inbox implements AsyncIterable<ReceivedFrame> {
  readonly #limit: number;
  readonly #byteLimit: number;
  readonly #received = new Backlog<ReceivedFrame>();
  /** Bytes of each of them. */
  readonly #sizes = new Backlog<number>();
  readonly #untaken = new Backlog<ReceivedFrame>();
  readonly #waiters = new Set<Waiter>();
  #bytes = 0;
  #discarded = 0;
  #closing: string | undefined;

  /** How many frames are kept, and how many bytes of them. Throws a RangeError when `limit` is not at least 1. */
  constructor(limit = 10_000, byteLimit = Infinity) {
    if (!(limit >= 1)) throw new RangeError(`An inbox holds at least 1 frame, not ${limit}.`);
    this.#limit = limit;
    this.#byteLimit = byteLimit;
  }

  /** All frames so far, taken or not, except those discarded. */
  get received(): readonly ReceivedFrame[] {
    return this.#received.entries;
  }

  /** The frames that nobody has taken yet. */
  get untaken(): readonly ReceivedFrame[] {
    return this.#untaken.entries;
  }

  /** How many frames were not kept because of the limits: the oldest, and those too large to be kept at all. */
  get discarded(): number {
    return this.#discarded;
  }

  /** `bytes`: of the frame on the wire. */
  push(frame: ReceivedFrame, bytes = 0): void {
    if (bytes > this.#byteLimit) {
      this.#discarded += 1;
      return;
    }
    this.#received.push(frame);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    while (this.#received.length > this.#limit || this.#bytes > this.#byteLimit) this.#discardOldest();
    if (!this.#handOver(frame)) this.#untaken.push(frame);
  }

  /** The earliest frame that matches and was not taken yet. */
  take(match?: Match): ReceivedFrame | undefined {
    return this.#untaken.take((frame) => matches(frame, match));
  }

  /** Takes a frame, and waits for it if need be. Rejects, saying what had arrived, after `timeoutMs` or once closed. */
  async wait(match?: Match, timeoutMs = 5000): Promise<ReceivedFrame> {
    const frame = this.take(match) ?? (await this.#arrival({ match, timeoutMs }, (arrived) => arrived));
    if (frame) return frame;
    const end = this.#closing ? `before ${this.#closing}` : `within ${timeoutMs} ms`;
    throw new Error(`${describeMatch(match)} arrived ${end}. ${this.#describeReceived()}`);
  }

  /** The kept frames that match, as soon as there is one; takes none. Without one, empty in the end. */
  async look(match?: Match, timeoutMs = 0, signal?: AbortSignal): Promise<ReceivedFrame[]> {
    const found = () => this.received.filter((frame) => matches(frame, match));
    const frames = found();
    if (frames.length > 0 || timeoutMs === 0) return frames;
    return this.#arrival({ match, looksOnly: true, timeoutMs, signal }, found);
  }

  /** Takes frame after frame; ends when the inbox is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedFrame, void, undefined> {
    for (;;) {
      const frame = this.take() ?? (await this.#arrival({}, (arrived) => arrived));
      if (!frame) return;
      yield frame;
    }
  }

  /** No more frames will come. `closing` says why, as in "the session closed with 4010". */
  close(closing: string): void {
    this.#closing = closing;
    for (const waiter of this.#waiters) waiter.resolve(undefined);
  }

  /** What `answer` makes of the next frame that matches; of none, when it does not come in time, or cannot any more. */
  #arrival<T>(
    { timeoutMs = Infinity, signal, ...wanted }: Wait,
    answer: (frame: ReceivedFrame | undefined) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => waiter.resolve(undefined);
      const leave = () => {
        callOff();
        signal?.removeEventListener('abort', giveUp);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        ...wanted,
        resolve: (frame) => {
          leave();
          resolve(answer(frame));
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const callOff = timeLimit(timeoutMs, giveUp);
      signal?.addEventListener('abort', giveUp);
      this.#waiters.add(waiter);
      if (this.#closing || signal?.aborted) giveUp();
    });
  }

  /** Whether somebody took the frame. */
  #handOver(frame: ReceivedFrame): boolean {
    let taken = false;
    for (const waiter of this.#waiters) {
      if (taken && !waiter.looksOnly) continue;
      try {
        if (!matches(frame, waiter.match)) continue;
        waiter.resolve(frame);
        taken ||= !waiter.looksOnly;
      } catch (error) {
        // The predicate is the waiter's own: its failure must not reach whoever pushed the frame.
        waiter.reject(error);
      }
    }
    return taken;
  }

  #discardOldest(): void {
    const oldest = this.#received.shift();
    this.#bytes -= this.#sizes.shift()!;
    if (this.#untaken.first === oldest) this.#untaken.shift();
    this.#discarded += 1;
  }

  #describeReceived(): string {
    const { received, untaken } = this;
    const latest = received.slice(-framesInMessage);
    if (latest.length === 0) return 'Nothing had arrived.';
    const earlier = received.length + this.#discarded - latest.length;
    const taken = (frame: ReceivedFrame) => (untaken.includes(frame) ? '' : ' (taken)');
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
