import { clock } from './clock.js';
import { history, show, ui } from './store.js';

/** @import { Entry } from './state.js' */

const shortestMs = 5000;
const longestMs = 1_800_000;

/** What one wants to see: not each key that was pressed. */
const steps = [
  'publish',
  'session',
  'refused',
  'accepted',
  'plug',
  'block',
  'faults',
  'webhook',
  'clock',
  'lost',
  'presence',
  'scene',
];

/** @param {Entry} entry */
export const isStep = ({ event }) => steps.includes(event);

/** How many there are to see that came after so many events. @param {number} count */
export const newSince = (count) =>
  history.entries.slice(Math.max(0, count - history.forgotten)).filter(isStep).length;

/** How many events there have ever been. */
export const total = () => history.forgotten + history.entries.length;

/** What has happened is not yet to come, even where the clock stands still a moment behind it. */
const now = () => Math.max(clock.now(), history.now.time);

/** The first entry from which one looks back: before it, nobody was on the page. */
export const beginning = () =>
  history.base.phones.size > 0
    ? 0
    : Math.max(
        0,
        history.entries.findIndex(({ event }) => event === 'session'),
      );

/** The right edge of the timeline. */
export const edge = () => ui.paused?.at ?? now();

export function pause(byCursor = false) {
  if (!ui.paused) show({ paused: { at: now(), seen: total(), byCursor } });
}

export function resume() {
  show({ paused: undefined, cursor: undefined });
}

/** Back to what is now; a timeline that was paused before stays so. */
export function leavePast() {
  show({ cursor: undefined, ...(ui.paused?.byCursor ? { paused: undefined } : {}) });
}

/**
 * Shows everything as it was at an instant.
 * @param {number} time
 * @param {boolean} pinned
 */
export function travelTo(time, pinned) {
  const at = Math.max(time, history.entries[beginning()]?.time ?? 0);
  pause(true);
  show({ cursor: { count: history.forgotten + history.countUntil(at), time: at, pinned } });
}

/**
 * Shows everything as it was just after this entry.
 * @param {number} index
 */
export function travelToEntry(index) {
  const entry = history.entries[index];
  if (!entry) return;
  pause(true);
  show({ cursor: { count: history.forgotten + index + 1, time: entry.time, pinned: true } });
  const { paused, spanMs } = ui;
  if (!paused) return;
  if (entry.time < paused.at - spanMs * 0.95) show({ paused: { ...paused, at: entry.time + spanMs * 0.7 } });
  else if (entry.time > paused.at) show({ paused: { ...paused, at: entry.time } });
}

/**
 * From event to event; beyond the last one it is now.
 * @param {1 | -1} direction
 */
export function step(direction) {
  const { entries, forgotten } = history;
  let index = ui.cursor ? ui.cursor.count - forgotten - 1 : entries.length;
  do index += direction;
  while (entries[index] && !isStep(/** @type {Entry} */ (entries[index])));
  if (entries[index] && index >= beginning()) travelToEntry(index);
  else if (direction > 0) leavePast();
}

/** @param {number} factor Below 1 shows less time, and that larger. */
export function zoom(factor) {
  show({ spanMs: Math.min(longestMs, Math.max(shortestMs, ui.spanMs * factor)) });
}

/** @param {number} byMs */
export function pan(byMs) {
  pause();
  const { paused } = ui;
  if (!paused) return;
  const earliest = history.entries[0]?.time ?? paused.at;
  const at = Math.min(now(), Math.max(earliest + ui.spanMs / 4, paused.at + byMs));
  show({ paused: { ...paused, at, byCursor: false } });
}
