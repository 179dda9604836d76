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
      const words = /** @type {Key} */ (`scene${scene + 1}Says`);
      show({ tour: { scene, state: 'playing', silent, words }, cursor: undefined, paused: undefined });
      await perform(scene, signal, silent ? pace * haste : pace);
    }
    stay('ended', silent ? 'demoEnd' : last === scenes.length - 1 ? 'tourEnd' : undefined);
  } catch (error) {
    if (signal.aborted) return;
    stay('failed', 'tourWaited');
    if (error instanceof Error) notice('failed', error.message);
  }
}

/**
 * Plays no more, and has its bar stay.
 * @param {'ended' | 'failed'} state
 * @param {Key} [words]
 */
function stay(state, words) {
  if (ui.tour) show({ tour: { ...ui.tour, state, ...(words ? { words } : {}) } });
}

function stopTour() {
  playing?.abort();
  show({ tour: undefined });
}

/**
 * What plays by itself yields to whoever touches the page. Its bar goes only when the touch is over: nothing moves away
 * under a pointer that is down.
 * @param {Event} event
 */
export function yieldToVisitor({ type, target }) {
  if (!ui.tour?.silent || (target instanceof Element && target.closest('#tour'))) return;
  if (type === 'pointerdown') playing?.abort();
  else stopTour();
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
    tell: (words) => ui.tour && show({ tour: { ...ui.tour, words } }),
    submit: () => device('alice').submit(),
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
  const { scene, state, silent, words } = ui.tour;
  if (silent) return draw(bar, demo(state, words));
  const isLast = scene === scenes.length - 1;
  draw(bar, [
    h('p', h('b', say(/** @type {Key} */ (`scene${scene + 1}`))), ' ', say(words)),
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

/**
 * What plays by itself is no tour: it only says what one sees, and at its end what to do.
 * @param {'playing' | 'ended' | 'failed'} state
 * @param {Key} words
 */
const demo = (state, words) => [
  h('p', h('b', say(state === 'ended' ? 'demoOver' : 'demo')), ' ', say(words)),
  h(
    'div',
    state === 'playing'
      ? h('button', { click: stopTour }, say('skip'))
      : h('button', { click: () => startTour(0) }, say('playTour')),
  ),
];

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
