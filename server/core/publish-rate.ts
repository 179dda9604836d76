import { ApiError } from './api-error.ts';
import type { Clock } from './clock.ts';
import { RateWindow } from './rate-window.ts';

/** What an app may publish, of one kind, in one span of time (B1.13). */
export class PublishRate {
  readonly #limit: number;
  /** As in "6000 messages a minute". */
  readonly #unit: string;
  readonly #window: RateWindow;

  constructor(limit: number, unit: string, windowMs: number, clock: Clock) {
    this.#limit = limit;
    this.#unit = unit;
    this.#window = new RateWindow(limit, windowMs, clock);
  }

  /** What another node has taken, without asking. */
  note(count: number): void {
    this.#window.note(count);
  }

  /** Takes all or none. @throws ApiError 1008 with the seconds until the window ends (B3.11) */
  take(count: number): void {
    const waitMs = this.#window.take(count);
    if (waitMs === 0) return;
    throw new ApiError(
      'rateExceeded',
      `${count} more would exceed the limit of ${this.#limit} ${this.#unit}.`,
      Math.ceil(waitMs / 1000),
    );
  }
}
