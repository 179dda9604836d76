// Not the global ones: a test may have put fake timers there.
import { clearTimeout, setTimeout } from 'node:timers';
import type { Clock } from '../core/clock.ts';
import type { Counters } from '../core/counters.ts';
import { limits } from '../protocol/limits.ts';
import type { OnlineStatus } from './online-status.ts';

/** Posts one list of events, and says whether they were taken. Never rejects. */
export type Post = (events: readonly OnlineStatus[], signal: AbortSignal) => Promise<boolean>;

/** Pauses before each further attempt, by the app's clock. */
const retryPausesMs = [1000, 2000, 4000, 8000, 16_000];

/** Real time that closing may take. */
const closeMs = 1000;

/**
 * Tells a back end who comes and goes in one app (A6). One post at a time, so that nobody is overtaken; what comes
 * meanwhile waits, but never so much of it that it would matter, and nobody ever waits for this.
 */
export class Webhook {
  readonly #post: Post;
  readonly #clock: Clock;
  readonly #counters: Counters['webhookEvents'];
  readonly #waiting: OnlineStatus[] = [];
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #isClosing = false;
  /** Ends the pause before the next attempt. */
  #wake = () => {};

  constructor(post: Post, clock: Clock, counters: Counters) {
    this.#post = post;
    this.#clock = clock;
    this.#counters = counters.webhookEvents;
  }

  /** Takes an event; when too many wait, the oldest of them is lost. */
  push(event: OnlineStatus): void {
    if (this.#waiting.length >= limits.webhookEvents) {
      this.#waiting.shift();
      this.#counters.overflow++;
    }
    this.#waiting.push(event);
    this.#running ??= this.#run();
  }

  /** Posts what is left, as long as each of it is taken at once. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    const timer = setTimeout(() => this.#abort.abort(), closeMs);
    await this.#running;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    await undefined; // what happens in one go is posted in one go
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, limits.webhookBatch);
      const delivered = await this.#deliver(batch);
      this.#counters[delivered ? 'delivered' : 'failed'] += batch.length;
      if (!delivered && this.#isClosing) this.#counters.failed += this.#waiting.splice(0).length;
    }
    this.#running = undefined;
  }

  async #deliver(batch: readonly OnlineStatus[]): Promise<boolean> {
    for (const pauseMs of retryPausesMs) {
      if (await this.#post(batch, this.#abort.signal)) return true;
      if (this.#isClosing) return false;
      await this.#pause(pauseMs);
    }
    return this.#post(batch, this.#abort.signal);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
