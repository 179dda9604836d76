import type { Clock } from '../index.ts';

/** This machine's time, which nobody sets back while the command runs. Its timers keep no command from ending. */
export const realClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
