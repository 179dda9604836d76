import { typingPresets } from '../typing-presets.js';
import { byId, element } from './element.js';

/** @typedef {Omit<typeof typingPresets.rongcloud, 'product'>} Timers */

const includeSender = byId('include-sender', HTMLInputElement);
const verifyBlacklist = byId('verify-blacklist', HTMLInputElement);
const select = byId('timers', HTMLSelectElement);
/** @type {Timers[]} */
const presets = [];

/** What the visitor has set: the flags of each message, and the typing timers. */
export const rules = {
  /** @returns {0 | 1} */
  get isIncludeSender() {
    return includeSender.checked ? 1 : 0;
  },
  /** @returns {0 | 1} */
  get verifyBlacklist() {
    return verifyBlacklist.checked ? 1 : 0;
  },
  get timers() {
    return /** @type {Timers} */ (presets[select.selectedIndex]);
  },
};

/** @param {boolean} echo */
export function setFlags(echo) {
  includeSender.checked = echo;
  verifyBlacklist.checked = false;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

/** @param {() => void} listener */
export function onRules(listener) {
  byId('rules').addEventListener('change', listener);
}

for (const { product, ...timers } of Object.values(typingPresets)) offer(product, timers);

// The visitor's own timers, in seconds: ?typing=1/-/3
const [refresh, idleStop, expiry] =
  new URLSearchParams(location.search).get('typing')?.split('/').map(Number) ?? [];
if (refresh && expiry) {
  const idleStopMs = idleStop ? idleStop * 1000 : undefined;
  offer('?', { refreshMs: refresh * 1000, idleStopMs, expiryMs: expiry * 1000, saysStop: Boolean(idleStop) });
  select.selectedIndex = presets.length - 1;
}

/**
 * @param {string} name
 * @param {Timers} timers
 */
function offer(name, timers) {
  const { refreshMs, idleStopMs = Number.NaN, expiryMs } = timers;
  const seconds = [refreshMs, idleStopMs, expiryMs].map((ms) => ms / 1000 || '–');
  presets.push(timers);
  select.append(element('option', {}, `${name} ${seconds.join(' / ')}`));
}
