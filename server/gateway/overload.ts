// Not the global ones: a test may have put fake timers there, and the sockets here are real.
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import type { SimulatorSettings } from '../app/settings.ts';

/** Time between two checks, and how late one may be. */
const everyMs = 500;
const lateMs = 250;

/** What a slow session may have unsent while all together have too much. */
const tightBytes = 64 * 1024;

/** What a connection may hold back for a slow client (B1.12). */
export interface Backlog {
  /** Unsent bytes over which messages are dropped. */
  budgetBytes: number;
  /** Drops in a row after which the client is closed. */
  readonly drops: number;
}

/** Watches what waits: unsent bytes of all sessions together, and the time that work itself waits (B1.16). */
export class Overload {
  /** For all sessions, as things stand. */
  readonly backlog: Backlog;
  readonly #settings: SimulatorSettings;
  readonly #unsentBytes: () => number;
  readonly #timer: NodeJS.Timeout;
  #checkedAt = performance.now();
  #lastDelayMs = 0;

  /** @param unsentBytes of all sessions together */
  constructor(settings: SimulatorSettings, unsentBytes: () => number) {
    this.backlog = { budgetBytes: settings.backlogBytes, drops: settings.slowDrops };
    this.#settings = settings;
    this.#unsentBytes = unsentBytes;
    this.#timer = setInterval(() => this.#check(), everyMs).unref();
  }

  /** Whether there is more to do than gets done. */
  get isOverloaded(): boolean {
    const late = Math.max(this.#lastDelayMs, performance.now() - this.#checkedAt - everyMs);
    return late > lateMs || this.backlog.budgetBytes < this.#settings.backlogBytes;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const now = performance.now();
    this.#lastDelayMs = now - this.#checkedAt - everyMs;
    this.#checkedAt = now;
    const { backlogBytes, totalBacklogBytes } = this.#settings;
    const isFull = this.#unsentBytes() > totalBacklogBytes;
    this.backlog.budgetBytes = isFull ? Math.min(tightBytes, backlogBytes) : backlogBytes;
  }
}
