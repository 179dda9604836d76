// Not the global ones: a test may have put fake timers there, and the sockets here are real.
import { clearTimeout, setTimeout } from 'node:timers';

/** The longest that a timer of Node waits: set to more, it fires at once. 24.8 days. */
const longestMs = 2 ** 31 - 1;

/**
 * Calls `onTimeout` after `timeoutMs` milliseconds, but after 24 days at the latest; `Infinity` means never. Returns how
 * to call it off. Throws a RangeError for what is no time.
 */
export function timeLimit(timeoutMs: number, onTimeout: () => void): () => void {
  checkTime('timeoutMs', timeoutMs);
  if (timeoutMs === Infinity) return () => {};
  const timer = setTimeout(onTimeout, Math.min(timeoutMs, longestMs));
  return () => clearTimeout(timer);
}

/** One rule for all times that a user gives: a RangeError for what is no number of at least 0. */
export function checkTime(name: string, ms: number): void {
  if (typeof ms === 'number' && ms >= 0) return;
  throw new RangeError(`${name} must be milliseconds from 0 to Infinity, not ${String(ms)}.`);
}
