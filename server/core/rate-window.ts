import type { Clock } from './clock.ts';

/** Counts units in a fixed window, which opens with the first unit after the last window ended. */
export class RateWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  #used = 0;
  #endsAt = 0;

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /**
   * Takes `units`, all or none: a request that would exceed the limit costs nothing (B3.11).
   * @returns 0 when taken, else the milliseconds until the window ends
   */
  take(units: number): number {
    const now = this.#open();
    if (this.#used + units > this.#limit) return this.#endsAt - now;
    this.#used += units;
    return 0;
  }

  /** Counts units that somebody else has taken of the same limit, even beyond it. */
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
