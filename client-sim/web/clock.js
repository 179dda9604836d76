/** @import { Clock } from '../typing.js' */

const tickMs = 50;

/** The app's time as the page knows it: as long as nobody has told otherwise, the browser's. */
class AppClock {
  #at = Date.now();
  #since = performance.now();
  #rate = 1;
  /** @type {Set<{ dueAt: number, callback: () => void }>} */
  #timers = new Set();

  constructor() {
    setInterval(() => this.#fireDue(), tickMs);
  }

  now() {
    return this.#at + (performance.now() - this.#since) * this.#rate;
  }

  get rate() {
    return this.#rate;
  }

  /**
   * @param {number} now
   * @param {number} rate 0 while the time stands still.
   */
  set(now, rate) {
    this.#at = now;
    this.#since = performance.now();
    this.#rate = rate;
    this.#fireDue();
  }

  /**
   * @param {number} delayMs
   * @param {() => void} callback
   */
  after(delayMs, callback) {
    const timer = { dueAt: this.now() + delayMs, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #fireDue() {
    const now = this.now();
    for (const timer of this.#timers) {
      if (timer.dueAt > now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

export const clock = new AppClock();

/**
 * By the browser's time, whatever the app's does.
 * @param {number} delayMs
 * @param {() => void} callback
 */
export function afterReal(delayMs, callback) {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

/**
 * As people read it.
 * @param {number} time
 * @param {boolean} [exact]
 */
export function clockTime(time, exact = false) {
  const text = new Date(time).toLocaleTimeString('en-GB');
  return exact ? `${text}.${String(Math.floor(time) % 1000).padStart(3, '0')}` : text;
}
