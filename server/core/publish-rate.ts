import { ApiError } from './api-error.ts';

/** What may be published in a fixed window of time, which opens with the first unit after the last one ended (B1.13). */
export class PublishRate {
  readonly #limit: number;
  /** As in "6000 messages a minute". */
  readonly #unit: string;
  readonly #windowMs: number;
  readonly #clock: { now(): number };
  #used = 0;
  #endsAt = 0;

  constructor(limit: number, unit: string, windowMs: number, clock: { now(): number }) {
    this.#limit = limit;
    this.#unit = unit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** Takes all or none. @throws ApiError 1008 with the seconds until the window ends (B3.11) */
  take(units: number): void {
    const waitMs = this.tryTake(units);
    if (waitMs === 0) return;
    throw new ApiError(
      'rateExceeded',
      `${units} more would exceed the limit of ${this.#limit} ${this.#unit}.`,
      Math.ceil(waitMs / 1000),
    );
  }

  /** Returns 0 when all were taken; else none were, and it returns the milliseconds until the window ends. */
  tryTake(units: number): number {
    const now = this.#open();
    if (this.#used + units > this.#limit) return this.#endsAt - now;
    this.#used += units;
    return 0;
  }

  /** Counts what another node has taken of the same limit, even beyond it. */
  note(units: number): void {
    this.#open();
    this.#used += units;
  }

  /** Opens a window if there is none; returns the time. */
  #open(): number {
    const now = this.#clock.now();
    if (now >= this.#endsAt) {
      this.#used = 0;
      this.#endsAt = now + this.#windowMs;
    }
    return now;
  }
}
