import { ApiError } from './api-error.ts';
import type { GroupPublish, PublishRequest } from './publish-request.ts';

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
    this.check(units);
    this.note(units);
  }

  /** @throws ApiError as `take` would now */
  check(units: number): void {
    const waitMs = this.#waitMs(units);
    if (waitMs === 0) return;
    // More than fits in a window never passes, so it is not told to come again.
    const retryAfter = waitMs === Infinity ? [] : [Math.ceil(waitMs / 1000)];
    throw new ApiError(
      'rateExceeded',
      `${units} more would exceed the limit of ${this.#limit} ${this.#unit}.`,
      ...retryAfter,
    );
  }

  /** Takes all and returns 0, or takes none and returns the milliseconds until they may fit: Infinity if never. */
  tryTake(units: number): number {
    const waitMs = this.#waitMs(units);
    if (waitMs === 0) this.note(units);
    return waitMs;
  }

  /** Counts units, even beyond the limit if they were taken elsewhere; opens a window if there is none. */
  note(units: number): void {
    const now = this.#clock.now();
    if (!this.#isOpen(now)) {
      this.#used = 0;
      this.#endsAt = now + this.#windowMs;
    }
    this.#used += units;
  }

  /** The next unit opens a window. */
  reset(): void {
    this.#endsAt = 0;
  }

  #waitMs(units: number): number {
    if (units > this.#limit) return Infinity;
    const now = this.#clock.now();
    if (!this.#isOpen(now) || this.#used + units <= this.#limit) return 0;
    return this.#endsAt - now;
  }

  /** Before its beginning a window is no more than after its end: then a test has set the clock back. */
  #isOpen(now: number): boolean {
    return now < this.#endsAt && now >= this.#endsAt - this.#windowMs;
  }
}

/** What may be limited, as each of RongCloud's calls is on its own: the setting that says how many, of what, in what time. */
const rates = {
  recipients: ['recipientsPerMinute', 'messages a minute', 60_000],
  groups: ['groupsPerSecond', 'messages a second to groups', 1000],
  broadcasts: ['broadcastsPerMinute', 'broadcasts a minute', 60_000],
  storedRecipients: ['recipientsPerMinute', 'stored messages a minute', 60_000],
  storedGroups: ['groupsPerSecond', 'stored messages a second to groups', 1000],
  system: ['systemPerSecond', 'system messages a second', 1000],
} as const;

/** How many units of which rate a publish takes. */
export type Charge = readonly [rate: keyof typeof rates, units: number];

/** What a publish takes. */
export function chargeOf(request: PublishRequest | GroupPublish): Charge {
  const { stored } = request;
  if ('toGroupIds' in request) return [stored ? 'storedGroups' : 'groups', request.toGroupIds.length];
  const rate = request.channelType === 'SYSTEM' ? 'system' : stored ? 'storedRecipients' : 'recipients';
  return [rate, request.toUserIds.length];
}

/** The settings that limit them. */
export type RateLimits = Readonly<Record<(typeof rates)[Charge[0]][0], number>>;

/** What one app may publish (B1.13, B1.15). */
export function publishRates(limits: RateLimits, clock: { now(): number }): Record<Charge[0], PublishRate> {
  const rate = ([limit, unit, windowMs]: (typeof rates)[Charge[0]]) =>
    new PublishRate(limits[limit], unit, windowMs, clock);
  const named = Object.entries(rates).map(([name, each]) => [name, rate(each)]);
  return Object.fromEntries(named);
}
