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

export type Overload = ReturnType<typeof watchOverload>;

/**
 * Watches what waits: unsent bytes of all sessions together, and the time that work itself waits (B1.16).
 * @param unsentBytes of all sessions together
 */
export function watchOverload(settings: SimulatorSettings, unsentBytes: () => number) {
  const { backlogBytes, totalBacklogBytes, slowDrops } = settings;
  const backlog: Backlog = { budgetBytes: backlogBytes, drops: slowDrops };
  let checkedAt = performance.now();
  let lastDelayMs = 0;

  function check(): void {
    const now = performance.now();
    lastDelayMs = now - checkedAt - everyMs;
    checkedAt = now;
    const isFull = unsentBytes() > totalBacklogBytes;
    backlog.budgetBytes = isFull ? Math.min(tightBytes, backlogBytes) : backlogBytes;
  }

  const timer = setInterval(check, everyMs).unref();
  return {
    /** For all sessions, as things stand. */
    backlog,
    /** Whether there is more to do than gets done. */
    get isOverloaded() {
      const delayMs = Math.max(lastDelayMs, performance.now() - checkedAt - everyMs);
      return delayMs > lateMs || backlog.budgetBytes < backlogBytes;
    },
    close: () => clearInterval(timer),
  };
}
