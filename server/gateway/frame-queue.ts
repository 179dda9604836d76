import type { WebSocket } from 'ws';
import type { Answer, FrameReader } from './dialect.ts';

/** Answers that may wait before the client is read no further; what has come in by then still joins them. */
const pausedAt = 64;

/**
 * Carries out the frames of one client in order (B5.12). A publish goes out as it comes in, so that a close behind it
 * cannot overtake it; its answer, and every other frame, waits until the frames before are answered.
 */
export class FrameQueue {
  readonly #ws: WebSocket;
  readonly #reader: FrameReader;
  readonly #onError: (error: unknown) => void;
  #waiting: (Answer | Promise<Answer>)[] = [];
  #isBusy = false;

  /** @param onError told of what the reader throws, which is a defect of ours */
  constructor(ws: WebSocket, reader: FrameReader, onError: (error: unknown) => void) {
    this.#ws = ws;
    this.#reader = reader;
    this.#onError = onError;
  }

  take(data: Buffer, isBinary: boolean): void {
    try {
      this.#waiting.push(this.#reader.receive(data, isBinary));
    } catch (error) {
      this.#onError(error);
    }
    if (!this.#isBusy) this.#answer();
    else if (this.#waiting.length === pausedAt) this.#ws.pause();
  }

  /** Nobody is left to answer. */
  end(): void {
    this.#waiting = [];
    if (this.#ws.isPaused) this.#ws.resume();
  }

  /** Answers at once what can be, and the rest when it is there: without a cluster nothing has to wait. */
  #answer(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        const done = atOnce(next, (answer) => answer());
        if (done instanceof Promise) {
          this.#isBusy = true;
          done.catch(this.#onError).then(() => {
            this.#isBusy = false;
            this.#answer();
          });
          return;
        }
      } catch (error) {
        this.#onError(error);
      }
    }
    if (this.#ws.isPaused) this.#ws.resume();
  }
}

/** Turns to `refuse` with what the work throws, or rejects with. */
export function orElse<T>(work: () => T | Promise<T>, refuse: (error: unknown) => T): T | Promise<T> {
  try {
    const done = work();
    return done instanceof Promise ? done.catch(refuse) : done;
  } catch (error) {
    return refuse(error);
  }
}

/** Goes on at once if the value is there: without a cluster an answer goes out before the next frame, even a close. */
export function atOnce<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
