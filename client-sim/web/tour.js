import { device, firstUsers } from './cast.js';
import { afterReal, clock } from './clock.js';
import { byId, draw, h, icon } from './draw.js';
import { scenes, setScene } from './scenes.js';
import { history, nextChange, notice, say, show, ui } from './store.js';

/** @import { Director } from './scenes.js' */
/** @import { Key } from './strings.js' */

const letterMs = 55;
const breathMs = 1600;
const readingMs = 4500;

/** What plays by itself is done before a first visitor looks away: so much faster. */
const haste = 1.6;

/** Longer than any scene takes. */
const patienceMs = 60_000;

/** How many times as fast as usual: `?pace=10`. */
const pace = Number(new URLSearchParams(location.search).get('pace')) || 1;

/** What is being played; aborted to stop it. @type {AbortController | undefined} */
let playing;

/**
 * Plays the scenes from one on.
 * @param {number} first
 * @param {{ last?: number, silent?: boolean }} [options] Silent: until somebody touches the page.
 */
export async function startTour(first, { last = scenes.length - 1, silent = false } = {}) {
  playing?.abort();
  const current = new AbortController();
  playing = current;
  const { signal } = current;
  try {
    for (let scene = first; scene <= last; scene++) {
      show({ tour: { scene, state: 'playing', silent }, cursor: undefined, paused: undefined });
      await perform(scene, signal, silent ? pace * haste : pace);
    }
    show({ tour: { scene: last, state: 'ended', silent } });
  } catch (error) {
    if (signal.aborted) return;
    show({ tour: { scene: ui.tour?.scene ?? first, state: 'failed', silent } });
    if (error instanceof Error) notice('failed', error.message);
  }
}

function stopTour() {
  playing?.abort();
  show({ tour: undefined });
}

/** What plays by itself yields to whoever touches the page. */
export function yieldToVisitor() {
  if (ui.tour?.silent && ui.tour.state === 'playing') stopTour();
}

/**
 * @param {number} index
 * @param {AbortSignal} signal
 * @param {number} speed
 */
async function perform(index, signal, speed) {
  const director = directorUntil(signal, speed);
  let isLate = false;
  const isPatient = afterReal(patienceMs, () => {
    isLate = true;
    show({});
  });
  const until = director.until;
  director.until = (condition) =>
    until(() => {
      if (isLate) throw new Error(say('tourWaited'));
      return condition();
    });
  await setScene(director, index + 1);
  await director.breathe();
  await scenes[index]?.(director);
  isPatient();
  await director.read();
}

/**
 * Whoever waits for the director waits no longer than the signal lets.
 * @param {AbortSignal} signal
 * @param {number} speed
 * @returns {Director & { read: () => Promise<void> }}
 */
function directorUntil(signal, speed) {
  const pause = async (/** @type {number} */ ms) => {
    await new Promise((resolve) => afterReal(ms / speed, () => resolve(undefined)));
    signal.throwIfAborted();
  };
  const type = async (/** @type {Key} */ key) => {
    const text = say(key);
    for (let end = 1; end <= text.length; end++) {
      device('alice').write(text.slice(0, end));
      await pause(letterMs);
    }
    return text;
  };
  return {
    type,
    line: (key) => say(key),
    look: (userId) => show({ receiver: userId === 'alice' ? ui.receiver : userId }),
    send: async (key) => {
      const text = await type(key);
      device('alice').submit();
      return text;
    },
    until: async (condition) => {
      while (!condition()) {
        await nextChange();
        signal.throwIfAborted();
      }
    },
    breathe: () => pause(breathMs),
    read: () => pause(readingMs),
  };
}

/** The words to what is played, and what steers it. */
export function drawTour() {
  const bar = byId('tour');
  bar.hidden = ui.tour === undefined;
  document.body.classList.toggle('touring', !bar.hidden);
  bar.dataset.state = ui.tour?.state;
  bar.ariaLive = ui.tour?.silent ? 'off' : 'polite';
  if (!ui.tour) return draw(bar, []);
  const { scene, state } = ui.tour;
  const isLast = scene === scenes.length - 1;
  const key = /** @type {Key} */ (`scene${scene + 1}`);
  const text =
    state === 'failed'
      ? 'tourWaited'
      : state === 'ended' && isLast
        ? 'tourEnd'
        : /** @type {Key} */ (`${key}Says`);
  draw(bar, [
    h('p', h('b', say(key)), ' ', say(text)),
    h(
      'div',
      h(
        'button',
        {
          class: 'square',
          label: say('previous'),
          disabled: scene === 0,
          click: () => startTour(scene - 1),
        },
        icon('left'),
      ),
      h('span', `${scene + 1}/${scenes.length}`),
      h(
        'button',
        {
          class: 'square',
          label: say('next'),
          disabled: isLast,
          click: () => startTour(scene + 1),
        },
        icon('right'),
      ),
      h('button', { click: stopTour }, say(state === 'playing' ? 'stopTour' : 'close')),
    ),
  ]);
}

/** At the first visit the first scenes play by themselves, unless somebody's own traffic is on the page. */
export function greetVisitor() {
  const scene = Number(new URLSearchParams(location.search).get('scene'));
  const isNew = localStorage.getItem('visited') === null;
  localStorage.setItem('visited', new Date(clock.now()).toISOString());
  if (scene >= 1 && scene <= scenes.length) startTour(scene - 1, { last: scene - 1 });
  else if (isNew && isQuiet()) startTour(0, { last: 1, silent: true });
}

const isQuiet = () =>
  [...history.now.users].every(([userId, { sessions }]) => firstUsers.includes(userId) && sessions.size <= 1);
