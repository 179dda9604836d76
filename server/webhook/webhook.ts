import { randomInt } from 'node:crypto';
// Not the global timers, which a test may have replaced by fake ones.
import { clearTimeout, setTimeout } from 'node:timers';
import type { App } from '../app/app.ts';
import type { PassEvent } from '../app/deliver.ts';
import { AppClock, type Clock } from '../clock/app-clock.ts';
import type { Counters } from '../core/counters.ts';
import { sign } from '../core/signature.ts';
import { limits } from '../protocol/limits.ts';

/** What the webhook tells of one session, in RongCloud's words (A6). */
export interface OnlineStatus {
  userid: string;
  /** "0" online, "1" offline, "2" logged out: not the numbers of checkOnline. */
  status: '0' | '1' | '2';
  os: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Address and port. */
  clientIp: string;
  sessionId: string;
}

/** Posts one list of events, and says whether they were taken. Never rejects. */
export type Post = (events: readonly OnlineStatus[], signal: AbortSignal) => Promise<boolean>;

interface Waiting {
  readonly event: OnlineStatus;
  /** What is to go wrong with its post, because a test has asked for it (B8.8). */
  readonly mishap: Parameters<PassEvent>[0];
}

/** Pauses before each further attempt, by the app's clock. */
const retryPausesMs = [1000, 2000, 4000, 8000, 16_000];

const machineClock = new AppClock({ async before() {}, async after() {} });

/** Real time that closing may take. */
const closeMs = 1000;

/**
 * Tells a back end who goes online and offline in one app (A6). One post at a time keeps the events in order; a bounded
 * queue holds the next ones, and no session waits for it.
 */
export class Webhook {
  readonly #post: Post;
  #clock: Clock;
  readonly #counters: Counters['webhookEvents'];
  #former: Webhook | undefined;
  readonly #waiting: Waiting[] = [];
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #isClosing = false;
  /** Ends the pause before the next attempt. */
  #wake = () => {};

  /** @param former of the same app before it was reset or closed: its events come first (B8.3) */
  constructor(post: Post, clock: Clock, counters: Counters, former?: Webhook) {
    this.#post = post;
    this.#clock = clock;
    this.#counters = counters.webhookEvents;
    this.#former = former;
  }

  /** Whether the app is still as it was when this was made: neither reset nor closed. */
  get isCurrent(): boolean {
    return this.#clock !== machineClock;
  }

  /** Queues an event; when the queue is full, the oldest one is lost. */
  push(event: OnlineStatus, mishap?: Waiting['mishap']): void {
    if (this.#waiting.length >= limits.webhookEvents) {
      this.#waiting.shift();
      this.#counters.overflow++;
    }
    this.#waiting.push({ event, mishap });
    this.#running ??= this.#run();
  }

  /** The app is reset or closed: what is left is tried at once, and from then on by the machine's clock. */
  outlive(): Promise<void> {
    this.#clock = machineClock;
    this.#wake();
    return this.drained();
  }

  /** Resolves when nothing is left. */
  async drained(): Promise<void> {
    await this.#running;
  }

  /** Posts what is left, without retries: the first failure ends it. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    const timer = setTimeout(() => this.#abort.abort(), closeMs);
    await Promise.all([this.#former?.close(), this.#running]);
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    await this.#former?.drained(); // even without one, events of the same turn go out in one post
    this.#former = undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, limits.webhookBatch);
      const delivered = await this.#deliver(batch);
      const again = batch.filter(({ mishap }) => mishap === 'repeated').map(({ event }) => event);
      if (delivered && again.length > 0) await this.#post(again, this.#abort.signal);
      this.#counters[delivered ? 'delivered' : 'failed'] += batch.length;
      if (!delivered && this.#isClosing) this.#counters.failed += this.#waiting.splice(0).length;
    }
    this.#running = undefined;
  }

  async #deliver(batch: readonly Waiting[]): Promise<boolean> {
    const events = batch.map(({ event }) => event);
    let isRefused = batch.some(({ mishap }) => mishap === 'refused');
    for (const pauseMs of retryPausesMs) {
      if (!isRefused && (await this.#post(events, this.#abort.signal))) return true;
      isRefused = false;
      if (this.#isClosing) return false;
      await this.#pause(pauseMs);
    }
    return this.#post(events, this.#abort.signal);
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

/**
 * Posts lists as JSON, signed in the query of the address (A6). Any 2xx is a success.
 * @param answerMs real time within which the receiver must answer
 */
export function signedPost(address: string, app: Signer, answerMs = 5000): Post {
  return async (events, closing) => {
    // Not `AbortSignal.any` and `timeout`: garbage collection may take those before they fire.
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, answerMs);
    closing.addEventListener('abort', end);
    try {
      const response = await fetch(signedUrl(address, app), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(events),
        redirect: 'manual',
        signal: ending.signal,
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false; // no answer counts as a failure
    } finally {
      clearTimeout(timer);
      closing.removeEventListener('abort', end);
    }
  };
}

/** The app that signs. In open mode it has no secret, and the empty one is used. */
type Signer = { readonly [K in 'key' | 'secret']: App[K] } & { readonly clock: Clock };

function signedUrl(address: string, { key, secret = '', clock }: Signer): URL {
  const url = new URL(address);
  const nonce = String(randomInt(1_000_000_000));
  const timestamp = String(clock.now());
  const signature = sign(secret, nonce, timestamp);
  for (const [name, value] of Object.entries({ appKey: key, nonce, timestamp, signature })) {
    url.searchParams.set(name, value);
  }
  return url;
}
