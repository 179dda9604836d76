import { changed } from './change.js';
import { button, element } from './element.js';
import { label, say, spoken } from './language.js';
import { createPhone } from './phone.js';
import { call } from './simulator.js';
import { avatar, colorOf, nameOf } from './user.js';

/** @typedef {ReturnType<typeof createPerson>} Person */

/**
 * A user, with the devices, and with whom the user blocks.
 * @param {string} userId
 */
export function createPerson(userId) {
  const name = nameOf(userId);
  const phone = createPhone(userId, 'phone');
  /** @type {import('./phone.js').Phone | undefined} */
  let desktop;
  let unplugged = false;
  let sessions = 0;
  /** @type {string[]} */
  let others = [];
  /** @type {Set<string>} */
  const blocked = new Set();

  const presence = element('span');
  const devices = element('div', {}, phone.node);
  const plug = button(() => pullPlug(!unplugged));
  const second = button(() => (desktop ? removeDevice() : addDevice()));
  const actions = label(element('div', { role: 'group' }, plug, second), 'actionsOf', name);
  const blocks = label(element('div', { role: 'group' }), 'blocksOf', name);
  const head = element('header', {}, avatar(userId), element('h2', {}, name), presence);
  const attributes = { class: `person ${colorOf(userId)}`, 'aria-label': name };
  const node = element('section', attributes, head, devices, actions, blocks);
  show();

  function show() {
    plug.ariaPressed = String(unplugged);
    say(plug, unplugged ? 'plugIn' : 'pullPlug');
    say(second, desktop ? 'removeDevice' : 'addDevice');
    say(presence, sessions > 0 ? 'seen' : 'seenOffline', sessions);
    node.dataset.online = String(sessions > 0);
    changed();
  }

  const all = () => (desktop ? [phone, desktop] : [phone]);

  function addDevice() {
    desktop = createPhone(userId, 'desktop');
    desktop.meet(others);
    devices.append(desktop.node);
    show();
  }

  function removeDevice() {
    desktop?.goOnline(false);
    desktop?.node.remove();
    desktop = undefined;
    show();
  }

  /** @param {boolean} pulled */
  async function pullPlug(pulled) {
    const fault = { fault: 'half-open', userId };
    if (pulled) await call('PUT', '/sim/faults', fault);
    else await call('DELETE', `/sim/faults?${new URLSearchParams(fault)}`);
    unplugged = pulled;
    for (const device of all()) device.cut(pulled);
    show();
  }

  /** @param {string} other */
  const tellBlock = (other) => {
    const path = `/user/blacklist/${blocked.has(other) ? 'add' : 'remove'}.json`;
    return call('POST', path, new URLSearchParams({ userId, blackUserId: other }));
  };

  /** @param {string} other */
  function blockButton(other) {
    const node = button(
      () => {
        if (!blocked.delete(other)) blocked.add(other);
        node.ariaPressed = String(blocked.has(other));
        return tellBlock(other);
      },
      { 'aria-pressed': String(blocked.has(other)) },
      nameOf(other),
    );
    return node;
  }

  /** @param {string[]} userIds */
  function meet(userIds) {
    others = userIds;
    for (const device of all()) device.meet(others);
    blocks.replaceChildren(spoken('span', 'blocks'), ...others.map(blockButton));
  }

  return {
    userId,
    node,
    phone,
    desktop: () => desktop,
    sessions: () => sessions,
    isUnplugged: () => unplugged,
    all,
    addDevice,
    pullPlug,
    meet,

    /**
     * How many the simulator counts.
     * @param {number} count
     */
    setSessions(count) {
      sessions = count;
      show();
    },

    /** One device, plugged in and online, and nobody blocked. */
    async reset() {
      if (unplugged) await pullPlug(false);
      removeDevice();
      const former = [...blocked];
      blocked.clear();
      for (const other of former) await tellBlock(other);
      meet(others);
      phone.goOnline(true);
    },

    /** Tells a simulator that was started again: of the former it knows nothing. */
    async tellAgain() {
      if (unplugged) await pullPlug(false);
      for (const other of blocked) await tellBlock(other);
    },
  };
}
