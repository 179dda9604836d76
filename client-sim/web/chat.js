import { element } from './element.js';
import { say, spoken } from './language.js';
import { colorOf, nameOf } from './user.js';

/** @import { Argument, Key } from './strings.js' */

const longest = 100;

/** What a device has on its screen, the latest at the end. */
export function createChat() {
  const node = element('div', { class: 'chat', role: 'log', tabindex: '0' });
  /** @type {Key} */
  let lastMark = 'online';

  /** @param {HTMLElement} line */
  function append(line) {
    node.append(line);
    if (node.childElementCount > longest) node.firstElementChild?.remove();
    node.scrollTop = node.scrollHeight;
  }

  return {
    node,

    /**
     * @param {string} fromUserId
     * @param {boolean} own
     * @param {string} text
     * @returns {(key: Key, ...args: Argument[]) => void} what writes a note under it
     */
    add(fromUserId, own, text) {
      const note = element('small');
      const bubble = element('div', { class: `bubble ${colorOf(fromUserId)} ${own ? 'own' : ''}` });
      if (!own) bubble.append(element('b', {}, nameOf(fromUserId)));
      bubble.append(element('span', {}, text), note);
      append(bubble);
      return (key, ...args) => say(note, key, ...args);
    },

    /**
     * Marks where the device went offline, and where it came back.
     * @param {'online' | 'isOffline'} key
     */
    mark(key) {
      if (key !== lastMark) append(spoken('p', key));
      lastMark = key;
    },

    /** @param {string} text */
    shows: (text) => [...node.querySelectorAll('.bubble span')].some((span) => span.textContent === text),

    clear: () => node.replaceChildren(),
  };
}
