import { device, firstUsers } from './cast.js';
import { afterReal, clock } from './clock.js';
import { byId, draw, h, icon } from './draw.js';
import { isOnline, scenes, setScene } from './scenes.js';
import { isClosed } from './simulator.js';
import { usersElsewhere } from './state.js';
import { history, nextChange, notice, say, show, ui } from './store.js';

/** @import { Director } from './scenes.js' */
/** @import { Key } from './strings.js' */

const letterMs = 55;
const breathMs = 1600;
const readingMs = 4500;

/** What plays by itself is done before a first visitor looks away: so much faster. */
const haste = 1.6;

/** Longer than anything takes that has to happen. */
const patienceMs = 30_000;

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
  playing = new AbortController();
  const { signal } = playing;
  const director = directorUntil(signal, silent ? pace * haste : pace);
  try {
    for (let scene = first; scene <= last; scene++) {
      const words = /** @type {Key} */ (`scene${scene + 1}Says`);
      show({ tour: { scene, state: 'playing', silent, words }, cursor: undefined, paused: undefined });
      director.goOn();
      // What plays by itself is one story: going offline must not seem to empty the screens.
      if (scene === first || !silent) await setScene(director, scene + 1);
      await director.breathe();
      await scenes[scene]?.(director);
      await director.read();
    }
    stay('ended', silent ? 'demoEnd' : last === scenes.length - 1 ? 'tourEnd' : undefined);
  } catch (error) {
    if (signal.aborted) return;
    const { message, cause } = /** @type {Error & { cause?: Key }} */ (error);
    stay('failed', cause ?? 'tourWaited');
    if (!cause) notice('failed', message);
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
 * What plays by itself yields to whoever touches the page, but for who asks why. Its bar goes only when the touch is over: nothing moves away
 * under a pointer that is down.
 * @param {Event} event
 */
export function yieldToVisitor({ type, target }) {
  if (!ui.tour?.silent || (target instanceof Element && target.closest('#tour, #result'))) return;
  if (type === 'pointerdown') playing?.abort();
  else stopTour();
}

/** Why the tour cannot go on. @param {Key} key */
const stuck = (key) => new Error(key, { cause: key });

/** Whoever reads an explanation, or looks at the past, misses nothing meanwhile. */
const isHeld = () => ui.why || ui.cursor !== undefined;

/**
 * Whoever waits for the director waits no longer than the signal lets.
 * @param {AbortSignal} signal
 * @param {number} speed
 * @returns {Director & { read: () => Promise<void>, goOn: () => void }}
 */
function directorUntil(signal, speed) {
  const goOn = () => {
    signal.throwIfAborted();
    if (usersElsewhere(history.now).length > 0) throw stuck('tourElsewhere');
  };
  const pause = async (/** @type {number} */ ms) => {
    await new Promise((resolve) => afterReal(ms / speed, () => resolve(undefined)));
    for (goOn(); isHeld(); goOn()) await nextChange();
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
      let isLate = false;
      const cancel = afterReal(patienceMs, () => {
        isLate = true;
        show({});
      });
      for (goOn(); !condition(); goOn()) {
        if (isLate) throw stuck('tourWaited');
        await nextChange();
      }
      cancel();
    },
    breathe: () => pause(breathMs),
    read: () => pause(readingMs),
    goOn,
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
  const isPlaying = state === 'playing';
  const title = /** @type {Key} */ (silent ? (state === 'ended' ? 'demoOver' : 'demo') : `scene${scene + 1}`);
  draw(bar, [
    h('p', h('b', say(title)), ' ', say(words), isPlaying && isHeld() && h('i', ' ', say('held'))),
    h(
      'div',
      words === 'tourElsewhere' && !isClosed()
        ? h('button', { click: () => playApart(scene) }, say('playApart'))
        : silent
          ? h(
              'button',
              { click: isPlaying ? stopTour : () => startTour(0) },
              say(isPlaying ? 'skip' : 'playTour'),
            )
          : [
              arrow('previous', scene - 1),
              h('span', `${scene + 1}/${scenes.length}`),
              arrow('next', scene + 1),
            ],
      !silent && h('button', { click: stopTour }, say(isPlaying ? 'stopTour' : 'close')),
    ),
  ]);
}

/**
 * @param {'previous' | 'next'} key
 * @param {number} scene
 */
const arrow = (key, scene) =>
  h(
    'button',
    { class: 'square', label: say(key), disabled: !scenes[scene], click: () => startTour(scene) },
    icon(key === 'next' ? 'right' : 'left'),
  );

/** Plays a scene in an app in which nobody else is. @param {number} scene */
function playApart(scene) {
  const appKey = `tour-${Math.round(clock.now())}`;
  location.search = String(new URLSearchParams({ appKey, scene: String(scene + 1) }));
}

/** At the first visit the first scenes play by themselves, unless somebody's own traffic is on the page. */
export async function greetVisitor() {
  const scene = Number(new URLSearchParams(location.search).get('scene'));
  const isNew = localStorage.getItem('visited') === null;
  localStorage.setItem('visited', new Date(clock.now()).toISOString());
  if (scenes[scene - 1]) startTour(scene - 1, { last: scene - 1 });
  else if (isNew) {
    // Only then is it known who of them is elsewhere, too.
    while (!firstUsers.every((userId) => isOnline(userId))) await nextChange();
    if ([...history.now.users.keys()].every((userId) => firstUsers.includes(userId)))
      startTour(0, { last: 1, silent: true });
  }
}
