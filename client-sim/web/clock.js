/** @import { Clock } from '../typing.js' */

/**
 * The browser's time.
 * @type {Clock}
 */
export const clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
