import { element } from './element.js';
import { words } from './strings.js';

/** @import { Argument, Key, Language } from './strings.js' */

/** @type {Language} */
let current = (localStorage.getItem('language') ?? navigator.language).startsWith('zh') ? 'zh' : 'en';

/** What an element says, and where: kept at the element, to be said again in another language. */
const places = { say: 'textContent', label: 'ariaLabel', hint: 'placeholder' };

/** @typedef {keyof typeof places} Place */

/**
 * @param {Place} place
 * @returns {<E extends HTMLElement>(node: E, key: Key, ...args: Argument[]) => E}
 */
const speaker =
  (place) =>
  (node, key, ...args) => {
    node.dataset[place] = JSON.stringify([key, ...args]);
    speak(node, place);
    return node;
  };

/** Writes the text of an element. */
export const say = speaker('say');

/** Writes the name that a screen reader tells. */
export const label = speaker('label');

/** Writes what an empty field shows. */
export const hint = speaker('hint');

/**
 * A new element with this text.
 * @param {'b' | 'div' | 'em' | 'h3' | 'li' | 'p' | 'small' | 'span'} tag
 * @param {Key} key
 * @param {...Argument} args
 * @returns {HTMLElement}
 */
export const spoken = (tag, key, ...args) => say(element(tag), key, ...args);

/**
 * In the visitor's language.
 * @param {Key} key
 */
export const inWords = (key) => words(current, key);

/** Says everything, and from now on in the other language when it is to be `switched`. */
export function speakUp(switched = false) {
  if (switched) {
    current = current === 'zh' ? 'en' : 'zh';
    localStorage.setItem('language', current);
  }
  document.documentElement.lang = current;
  for (const place of /** @type {Place[]} */ (Object.keys(places))) {
    for (const node of document.querySelectorAll(`[data-${place}]`)) {
      speak(/** @type {HTMLElement} */ (node), place);
    }
  }
}

/**
 * @param {HTMLElement} node
 * @param {Place} place
 */
function speak(node, place) {
  const said = node.dataset[place] ?? '';
  const [key, ...args] = said.startsWith('[') ? JSON.parse(said) : [said];
  Object.assign(node, { [places[place]]: words(current, key, ...args) });
}
