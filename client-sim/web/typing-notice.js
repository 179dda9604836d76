import { TypingReceiver } from '../typing.js';
import { changed } from './change.js';
import { clock } from './clock.js';
import { element } from './element.js';
import { say, spoken } from './language.js';
import { rules } from './rules.js';
import { colorOf, nameOf } from './user.js';

const tickMs = 100;

/**
 * Who is typing to this device, and for how long that stands if nothing else comes.
 * @param {string} userId
 */
export function createTypingNotice(userId) {
  const node = element('div', { class: 'typing', role: 'status' });
  const { expiryMs } = rules.timers;
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  const receiver = new TypingReceiver({ clock, userId, expiryMs, onChange });

  /**
   * @param {string} who
   * @param {boolean} isTyping
   */
  function onChange(who, isTyping) {
    if (isTyping) show(who);
    else rows.get(who)?.remove();
    if (!isTyping) rows.delete(who);
    changed();
  }

  /** @param {string} who */
  function show(who) {
    const left = element('span', { 'aria-hidden': 'true' });
    const bar = element('i');
    const row = element('p', { class: colorOf(who) }, spoken('span', 'isTyping', nameOf(who)), left, bar);
    rows.set(who, row);
    node.append(row);
    const tick = () => {
      if (rows.get(who) !== row) return;
      const ms = receiver.remainingMs(who);
      say(left, 'secondsLeft', Math.ceil(ms / 1000));
      bar.style.scale = `${ms / expiryMs} 1`;
      clock.after(tickMs, tick);
    };
    tick();
  }

  return { node, receiver };
}
