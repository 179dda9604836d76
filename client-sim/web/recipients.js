import { button, element } from './element.js';
import { label } from './language.js';
import { avatar, nameOf } from './user.js';

/**
 * To whom a device can send: who is chosen, and who is online as far as the device knows.
 * @param {() => void} onChoice
 */
export function createRecipients(onChoice) {
  const node = label(element('div', { class: 'to', role: 'group' }), 'sendTo');
  /** @type {Map<string, HTMLElement>} */
  const chips = new Map();
  /** @type {Map<string, boolean>} */
  const presence = new Map();

  /** @param {string} userId */
  function show(userId) {
    const online = presence.get(userId);
    const chip = chips.get(userId);
    if (!chip) return;
    chip.dataset.online = String(online);
    label(chip, 'chip', nameOf(userId), [online ? 'online' : online === false ? 'isOffline' : 'unknown']);
  }

  return {
    node,
    all: () => [...chips.keys()],
    chosen: () => [...chips].filter(([, chip]) => chip.ariaPressed === 'true').map(([userId]) => userId),

    chooseAll() {
      for (const chip of chips.values()) chip.ariaPressed = 'true';
    },

    /** @param {string} userId */
    add(userId) {
      if (chips.has(userId)) return;
      const chip = button(
        () => {
          chip.ariaPressed = String(chip.ariaPressed !== 'true');
          onChoice();
        },
        { 'aria-pressed': 'true' },
        avatar(userId),
        nameOf(userId),
      );
      chips.set(userId, chip);
      node.append(chip);
      show(userId);
    },

    /** @param {string} userId */
    isOnline: (userId) => presence.get(userId),

    /**
     * @param {string} userId
     * @param {boolean} online
     */
    tell(userId, online) {
      presence.set(userId, online);
      show(userId);
    },

    /** Without a connection a device knows nothing of the others. */
    forget() {
      presence.clear();
      for (const userId of chips.keys()) show(userId);
    },
  };
}
