import { byId, element } from './element.js';
import { say } from './language.js';

/** @import { Argument, Key } from './strings.js' */

const longest = 300;

/** How long an entry must have been in view to count as seen. */
const glanceMs = 700;

const view = byId('trace');
const list = byId('trace-list');
const pause = byId('pause');
const pill = byId('unseen');
/** @type {HTMLElement[]} */
const held = [];
let paused = false;

/** What may not have been seen yet, with the time since when it is in view. @type {Map<HTMLElement, number>} */
const unseen = new Map();
const watcher = new IntersectionObserver(see, { root: view, threshold: [0, 0.9] });

view.tabIndex = 0; // to be scrolled with the keys

/**
 * Adds an entry at the end. The list follows only so far that nothing leaves it unseen.
 * @param {HTMLElement} entry
 */
export function trace(entry) {
  held.push(entry);
  showHeld();
}

/**
 * Adds a line between the publishes.
 * @param {string} kind
 * @param {Key} key
 * @param {...Argument} args
 */
export function traceLine(kind, key, ...args) {
  trace(say(element('li', { class: kind }), key, ...args));
}

function showHeld() {
  if (!paused) for (const entry of held.splice(0)) append(entry);
  say(pause, !paused ? 'pause' : held.length === 0 ? 'goOn' : 'waiting', held.length);
}

/** @param {HTMLElement} entry */
function append(entry) {
  const following = view.scrollHeight - view.scrollTop - view.clientHeight < 60;
  byId('trace-empty').hidden = true;
  list.append(entry);
  if (list.childElementCount > longest) list.firstElementChild?.remove();
  unseen.set(entry, Number.POSITIVE_INFINITY);
  watcher.observe(entry);
  if (following) scrollToUnseen();
}

/** To the end, or as far as the first entry that nobody has had the time to see. */
function scrollToUnseen() {
  const longAgo = performance.now() - glanceMs;
  for (const [entry, since] of unseen) if (since < longAgo) unseen.delete(entry);
  const [first] = unseen.keys();
  if (first) view.scrollTop = first.offsetTop;
}

/** @param {IntersectionObserverEntry[]} views */
function see(views) {
  for (const { target, intersectionRatio, intersectionRect } of views) {
    const fills = intersectionRect.height > view.clientHeight * 0.6;
    if (intersectionRatio < 0.9 && !fills) continue;
    watcher.unobserve(target);
    unseen.set(/** @type {HTMLElement} */ (target), performance.now());
  }
  const count = [...unseen.values()].filter((since) => since === Number.POSITIVE_INFINITY).length;
  pill.hidden = count === 0;
  say(pill, 'unseen', count);
}

pill.addEventListener('click', scrollToUnseen);
pause.addEventListener('click', () => {
  paused = !paused;
  pause.ariaPressed = String(paused);
  showHeld();
});
showHeld();
