/** @import { Argument, Key } from './strings.js' */

/**
 * What became of a recipient, or of the echo.
 * @typedef {object} Outcome
 * @property {string} outcome
 * @property {string} [userId] None: the echo.
 * @property {number} [sessions]
 * @property {string} [reason]
 * @property {number} [backpressure]
 */

/**
 * @param {Outcome} outcome
 * @returns {Key} what to call it
 */
export function keyOf({ outcome, userId, reason }) {
  if (outcome === 'delivered' || outcome === 'echoed') return outcome;
  return userId === undefined ? 'noEcho' : /** @type {Key} */ (reason);
}

/**
 * Why: as a key, and what goes into its gaps.
 * @param {Outcome} row
 * @param {string} fromUserId
 * @returns {[Key, ...Argument[]]}
 */
export function whyOf(row, fromUserId) {
  const { outcome, userId, sessions = 0, reason, backpressure = 0 } = row;
  const sender = JSON.stringify(fromUserId);
  if (userId === undefined) {
    if (outcome === 'echoed') return ['why echo', sender, sessions];
    if (outcome === 'unknown') return ['why echo unknown', sender];
    return ['why no echo', sender, [keyFor(outcome === 'backpressure' ? 'echo backpressure' : outcome)]];
  }
  const name = JSON.stringify(userId);
  if (reason === 'unknown') return ['why unknown', name];
  if (reason) return ['why not', name, [keyFor(reason), sender]];
  return [backpressure ? 'why slow' : 'why delivered', name, sessions, backpressure];
}

/** @param {string} reason */
const keyFor = (reason) => /** @type {Key} */ (`why ${reason}`);
