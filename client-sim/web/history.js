import { apply, initial } from './state.js';

/** @import { Entry, SimEvent, State } from './state.js' */

/** Events that are kept; of those before only what they have led to. */
export const maxEntries = 2500;

/** Somebody has set the clock back: what was before is of another time. */
const jumpMs = 2000;

/** How many events are folded anew, at most, to see an earlier instant. */
const stride = 50;

/** The events so far, and the state at any of them. */
export class History {
  /** @type {Entry[]} */
  entries = [];
  /** The state before the first entry. @type {State} */
  base = initial;
  now = initial;
  /** How many events have left. */
  forgotten = 0;
  /** @type {State[]} */
  #landmarks = [initial];

  /**
   * @param {SimEvent} event
   * @param {number} time
   */
  add(event, time) {
    if (time < this.now.time - jumpMs) this.#forgetAll(time);
    // Two clocks are never quite the same, and what happens next is not earlier.
    const entry = { ...event, time: Math.max(time, this.now.time) };
    this.now = apply(this.now, entry);
    // Wherever it is told again, it is told with whom it only seemed to reach.
    if (entry.event === 'publish') entry.lost = this.now.last?.lost ?? [];
    this.entries.push(entry);
    if (this.entries.length % stride === 0) this.#landmarks.push(this.now);
    if (this.entries.length >= maxEntries + stride) this.#forget();
    return entry;
  }

  /**
   * The state after so many of the entries.
   * @param {number} count
   * @returns {State}
   */
  after(count) {
    if (count >= this.entries.length) return this.now;
    if (count <= 0) return this.base;
    const landmark = Math.floor(count / stride);
    const from = this.#landmarks[landmark] ?? this.base;
    return this.entries.slice(landmark * stride, count).reduce(apply, from);
  }

  /**
   * How many entries there are up to an instant.
   * @param {number} time
   */
  countUntil(time) {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {Entry} */ (this.entries[middle]).time <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} time */
  #forgetAll(time) {
    this.forgotten += this.entries.length;
    this.now = { ...this.now, time };
    this.base = this.now;
    this.entries = [];
    this.#landmarks = [this.base];
  }

  #forget() {
    this.entries.splice(0, stride);
    this.#landmarks.shift();
    this.base = /** @type {State} */ (this.#landmarks[0]);
    this.forgotten += stride;
  }
}
