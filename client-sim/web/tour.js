import { nextChange } from './change.js';
import { clock } from './clock.js';
import { button, byId, element } from './element.js';
import { inWords, say, spoken } from './language.js';
import { notice } from './notice.js';
import { scenes, setScene } from './scenes.js';
import { person } from './stage.js';
import { traceLine } from './trace.js';

/** @import { Director } from './scenes.js' */
/** @import { Key } from './strings.js' */

const letterMs = 55;
const breathMs = 1600;
const readingMs = 4500;

/** Longer than any scene takes. */
const patienceMs = 60_000;

/** How many times as fast as usual: ?pace=10 */
const pace = Number(new URLSearchParams(location.search).get('pace')) || 1;

const play = byId('play');
const buttons = scenes.map((_, index) => {
  return button(() => run([index], sceneKey(index, 'Says')), {}, spoken('span', sceneKey(index)));
});
byId('scenes').append(...buttons.map((node) => element('li', {}, node)));
play.addEventListener('click', () => {
  if (playing) playing.abort();
  else run([...scenes.keys()], 'tourEnd');
});

/** What is being played; aborted to stop it. @type {AbortController | undefined} */
let playing;

/**
 * @param {number[]} indexes
 * @param {Key} ending What to say when all was played.
 */
async function run(indexes, ending) {
  playing?.abort();
  const current = new AbortController();
  playing = current;
  show('playing', 'stopTour', 'tourIntro');
  current.signal.addEventListener('abort', () => {
    playing = undefined;
    show('stopped', 'playTour', 'tourStopped');
  });
  try {
    for (const index of indexes) await perform(index, current.signal);
    playing = undefined;
    show('ended', 'playTour', ending);
  } catch (error) {
    if (current.signal.aborted) return;
    current.abort();
    throw error;
  }
}

/**
 * @param {string} state
 * @param {Key} action
 * @param {Key} sentence
 */
function show(state, action, sentence) {
  byId('tour').dataset.state = state;
  say(play, action);
  say(byId('tour-says'), sentence);
}

/**
 * @param {number} index
 * @param {AbortSignal} signal
 */
async function perform(index, signal) {
  const director = directorUntil(signal);
  for (const [other, node] of buttons.entries()) node.ariaCurrent = other === index ? 'step' : null;
  say(byId('tour-says'), sceneKey(index, 'Says'));
  const isPatient = clock.after(patienceMs, () => {
    playing?.abort();
    notice('tourWaited');
  });
  await setScene(director);
  traceLine('scene', 'scene', index + 1, [sceneKey(index)]);
  await director.breathe();
  await scenes[index]?.(director);
  isPatient();
  await director.read();
}

/**
 * Whoever waits for the director waits no longer than the signal lets.
 * @param {AbortSignal} signal
 * @returns {Director & { read: () => Promise<void> }}
 */
function directorUntil(signal) {
  const pause = async (/** @type {number} */ ms) => {
    await new Promise((resolve) => clock.after(ms / pace, () => resolve(undefined)));
    signal.throwIfAborted();
  };
  const look = (/** @type {string} */ userId) => person(userId).node.scrollIntoView({ block: 'nearest' });
  const type = async (/** @type {Key} */ key) => {
    const text = inWords(key);
    look('alice');
    for (let end = 1; end <= text.length; end++) {
      person('alice').phone.write(text.slice(0, end));
      await pause(letterMs);
    }
    return text;
  };
  return {
    look,
    type,
    send: async (key) => {
      const text = await type(key);
      person('alice').phone.submit();
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

/**
 * @param {number} index
 * @param {'' | 'Says'} [suffix]
 */
function sceneKey(index, suffix = '') {
  return /** @type {Key} */ (`scene${index + 1}${suffix}`);
}
