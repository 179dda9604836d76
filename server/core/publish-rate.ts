import { ApiError } from './api-error.ts';

/** A rate limit with a fixed window, which opens with the first unit after the last window ended (B1.13). */
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

  /** Takes all and returns 0, or takes none and returns the milliseconds until the window ends. */
  tryTake(units: number): number {
    const now = this.#open();
    if (this.#used + units > this.#limit) return this.#endsAt - now;
    this.#used += units;
    return 0;
  }

  /** Counts units that were taken elsewhere, even beyond the limit. */
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
