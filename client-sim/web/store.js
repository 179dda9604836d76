import { typingPresets } from '../typing-presets.js';
import { clock } from './clock.js';
import { History } from './history.js';
import { words } from './strings.js';

/** @import { Entry, Fault, SimEvent, State } from './state.js' */
/** @import { Argument, Key, Language } from './strings.js' */

/** @typedef {Omit<typeof typingPresets.rongcloud, 'product'>} Timers */

const query = new URLSearchParams(location.search);

/** The visitor's own typing timers, in seconds: `?typing=1/-/3`. */
const [refresh = 0, idleStop = 0, expiry = 0] = (query.get('typing') ?? '').split('/').map(Number);

export const history = new History();

/** What the visitor has set, opened or pointed at: all that the page shows besides the history. */
export const ui = {
  language: /** @type {Language} */ (
    (localStorage.getItem('language') ?? navigator.language).startsWith('zh') ? 'zh' : 'en'
  ),
  theme: /** @type {string | null} */ (localStorage.getItem('theme')),
  notice: /** @type {[Key, ...Argument[]] | undefined} */ (undefined),
  /** The menu that is open. */
  menu: /** @type {string | undefined} */ (undefined),
  /** What has the focus once it is drawn. */
  focus: /** @type {string | undefined} */ (undefined),
  /** Why the admin token is asked for. */
  admin: /** @type {string | undefined} */ (undefined),
  /** Whether the sentence of the result is explained. */
  why: false,
  /** What is looked at: so many of all events, and an instant. Undefined: now. */
  cursor: /** @type {{ count: number, time: number, pinned: boolean } | undefined} */ (undefined),
  /** Where the timeline was stopped, how many events there were by then, and whether the cursor has stopped it. */
  paused: /** @type {{ at: number, seen: number, byCursor: boolean } | undefined} */ (undefined),
  /** How far the timeline was dragged since it was pressed. */
  dragged: 0,
  spanMs: 60_000,
  table: false,
  /** How many events there were when the table was scrolled away from the latest. */
  scrolledAt: /** @type {number | undefined} */ (undefined),
  sender: 'alice',
  receiver: 'bob',
  /** To whom a user does not write. @type {Map<string, Set<string>>} */
  muted: new Map(),
  isIncludeSender: false,
  verifyBlacklist: false,
  code: /** @type {'curl' | 'node' | 'python'} */ ('curl'),
  copied: /** @type {string | undefined} */ (undefined),
  /** The last request that was run here. */
  run: /** @type {{ status?: number, body: string, uid?: string | undefined } | undefined} */ (undefined),
  lab: false,
  preset: refresh && expiry ? '' : 'rongcloud',
  timers:
    refresh && expiry
      ? {
          refreshMs: refresh * 1000,
          idleStopMs: idleStop ? idleStop * 1000 : undefined,
          expiryMs: expiry * 1000,
          saysStop: Boolean(idleStop),
        }
      : timersOf('rongcloud'),
  delayMs: 200,
  lossRate: 0,
  /** What is played, and what is said to it; silent: by itself, until somebody touches the page. */
  tour: /** @type {{ scene: number, state: 'playing' | 'ended' | 'failed', silent: boolean, words: Key } | undefined} */ (
    undefined
  ),
};

/** @param {string} preset @returns {Timers} */
export function timersOf(preset) {
  const { product, ...timers } = Reflect.get(typingPresets, preset);
  return timers;
}

const changes = new EventTarget();
let isStale = true;

/**
 * @param {SimEvent} event
 * @param {number} [time]
 */
export function happen(event, time = clock.now()) {
  const entry = history.add(event, time);
  changed();
  return entry;
}

/** @param {Partial<typeof ui>} change */
export function show(change) {
  Object.assign(ui, change);
  changed();
}

function changed() {
  isStale = true;
  changes.dispatchEvent(new Event('change'));
}

export function nextChange() {
  return new Promise((resolve) => changes.addEventListener('change', resolve, { once: true }));
}

/** Whether anything has changed since this was asked. */
export function takeStale() {
  const was = isStale;
  isStale = false;
  return was;
}

/** The state that is looked at, and its time. @returns {{ state: State, time: number, isPast: boolean }} */
export function viewed() {
  const { cursor } = ui;
  if (cursor === undefined) return { state: history.now, time: clock.now(), isPast: false };
  const { count, time } = cursor;
  return { state: history.after(arrived(count - history.forgotten, time)), time, isPast: true };
}

/**
 * What was sent by then counts as arrived, though the trace often tells of it a moment before the devices do.
 * @param {number} count
 * @param {number} time
 * @returns {number}
 */
function arrived(count, time) {
  const next = history.entries[count];
  if (next?.event !== 'frame') return count;
  const { sentTime = 0 } = /** @type {{ sentTime?: number }} */ (next.frame);
  return sentTime > time ? count : arrived(count + 1, time);
}

/**
 * In the visitor's language.
 * @param {Key} key
 * @param {...Argument} args
 */
export const say = (key, ...args) => words(ui.language, key, ...args);

/**
 * Says that something is wrong.
 * @param {Key} key
 * @param {...Argument} args
 */
export function notice(key, ...args) {
  show({ notice: [key, ...args] });
}
