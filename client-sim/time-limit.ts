// Not the global ones: a test may have put fake timers there, and the sockets here are real.
import { clearTimeout, setTimeout } from 'node:timers';

/** Calls `onTimeout` after `timeoutMs` milliseconds, `Infinity` meaning never; returns how to call it off. */
export function timeLimit(timeoutMs: number, onTimeout: () => void): () => void {
  // Node turns a delay of Infinity into 1 ms.
  if (timeoutMs === Infinity) return () => {};
  const timer = setTimeout(onTimeout, timeoutMs);
  return () => clearTimeout(timer);
}
