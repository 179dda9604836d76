import type { Clock } from '../index.ts';

/** This machine's time. Its timers keep no command from ending. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
