import { isDeepStrictEqual } from 'node:util';
import type { EchoFrame, StatusFrame } from '../server/protocol/frames.ts';
import { Backlog } from './backlog.ts';
import { checkLimit } from './limit.ts';
import { checkTime, timeLimit } from './time-limit.ts';

/** What other users' publishes, or the user's own, bring to a session. */
export type ReceivedFrame = StatusFrame | EchoFrame;

/** A predicate, or some fields that the frame must have, compared by deep equality. */
export type Match = ((frame: ReceivedFrame) => boolean) | Partial<StatusFrame> | Partial<EchoFrame>;

/** Somebody waits for one frame; settling it also takes it off the list. */
interface Waiter {
  match?: Match | undefined;
  /** Called in place of taking the frame. */
  see?: () => void;
  resolve(frame: ReceivedFrame | undefined): void;
  reject(error: unknown): void;
}

/** For how long somebody waits, and for what. */
interface Wait extends Pick<Waiter, 'match' | 'see'> {
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
  /** Those who iterate. They come after the others: one that was left in the middle must cost nobody a frame. */
  readonly #iterators = new Set<Waiter>();
  #bytes = 0;
  #discarded = 0;
  #closing: string | undefined;

  /** How many frames are kept, and how many bytes of them. Throws a RangeError for what cannot be such a limit. */
  constructor(limit = 10_000, byteLimit = Infinity) {
    checkLimit('An inbox holds', 'frame', limit);
    checkLimit('An inbox holds', 'byte', byteLimit);
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
    checkTime('timeoutMs', timeoutMs);
    const frame = this.take(match) ?? (await this.#arrival({ match, timeoutMs }));
    if (frame) return frame;
    const end = this.#closing ? `before ${this.#closing}` : `within ${timeoutMs} ms`;
    throw new Error(`${describeMatch(match)} arrived ${end}. ${this.#describeReceived()}`);
  }

  /** The kept frames that match, as soon as there is one; takes none. Without one, empty in the end. */
  async look(match?: Match, timeoutMs = 0, signal?: AbortSignal): Promise<ReceivedFrame[]> {
    checkTime('timeoutMs', timeoutMs);
    const find = () => this.received.filter((frame) => matches(frame, match));
    const found = find();
    if (found.length > 0 || timeoutMs === 0) return found;
    // At once when the frame is here: it may have had to leave a moment later.
    let frames: ReceivedFrame[] = [];
    const see = () => {
      frames = find();
    };
    await this.#arrival({ match, timeoutMs, signal, see });
    return frames;
  }

  /** Takes frame after frame; ends when the inbox is closed and empty, or when it is left. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ReceivedFrame, void, undefined> {
    const leaving = new AbortController();
    const { signal } = leaving;
    return {
      next: async () => {
        const value = signal.aborted
          ? undefined
          : (this.take() ?? (await this.#arrival({ signal }, this.#iterators)));
        return value ? { value, done: false } : { value, done: true };
      },
      return: async () => {
        leaving.abort();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** No more frames will come. `closing` says why, as in "the session closed with 4010". */
  close(closing: string): void {
    this.#closing = closing;
    for (const waiters of [this.#waiters, this.#iterators]) {
      for (const waiter of waiters) waiter.resolve(undefined);
    }
  }

  /** The next frame that matches; undefined when it does not come in time, or cannot come any more. */
  #arrival(
    { timeoutMs = Infinity, signal, ...wanted }: Wait,
    waiters = this.#waiters,
  ): Promise<ReceivedFrame | undefined> {
    return new Promise((resolve, reject) => {
      const giveUp = () => waiter.resolve(undefined);
      const leave = () => {
        callOff();
        signal?.removeEventListener('abort', giveUp);
        waiters.delete(waiter);
      };
      const waiter: Waiter = {
        ...wanted,
        resolve: (frame) => {
          leave();
          resolve(frame);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const callOff = timeLimit(timeoutMs, giveUp);
      signal?.addEventListener('abort', giveUp);
      waiters.add(waiter);
      if (this.#closing || signal?.aborted) giveUp();
    });
  }

  /** Whether somebody took the frame. */
  #handOver(frame: ReceivedFrame): boolean {
    let taken = false;
    for (const waiters of [this.#waiters, this.#iterators]) {
      for (const waiter of waiters) {
        if (taken && !waiter.see) continue;
        try {
          if (!matches(frame, waiter.match)) continue;
          waiter.see?.();
          waiter.resolve(frame);
          taken ||= !waiter.see;
        } catch (error) {
          // The predicate is the waiter's own: its failure must not reach whoever pushed the frame.
          waiter.reject(error);
        }
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
