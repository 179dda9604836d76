/** @import { Outcome, PublishEvent } from './state.js' */
/** @import { Argument, Key } from './strings.js' */

/**
 * Why: as a key, and what goes into its gaps.
 * @param {Outcome} row
 * @param {string} fromUserId
 * @param {boolean} [lost] Whether it was handed to a connection that is dead.
 * @returns {[Key, ...Argument[]]}
 */
export function whyOf(row, fromUserId, lost = false) {
  const { outcome, userId, sessions = 0, reason, backpressure = 0, note } = row;
  const sender = JSON.stringify(fromUserId);
  if (userId === undefined) {
    if (outcome === 'echoed') return ['why echo', sender, sessions];
    if (outcome === 'unknown') return ['why echo unknown', sender];
    return ['why no echo', sender, [keyFor(outcome === 'backpressure' ? 'echo backpressure' : outcome)]];
  }
  const name = JSON.stringify(userId);
  if (lost) return ['why lost', name];
  if (note) return ['why kept', name];
  if (reason === 'unknown') return ['why unknown', name];
  if (reason) return ['why not', name, [keyFor(reason), sender]];
  return [backpressure ? 'why slow' : 'why delivered', name, sessions, backpressure];
}

/** @param {string} reason */
const keyFor = (reason) => /** @type {Key} */ (`why ${reason}`);
