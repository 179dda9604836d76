import {
  addDesktop,
  addUser,
  block,
  device,
  maxPhones,
  pullPlug,
  removeDesktop,
  removeUser,
} from './cast.js';
import { byId, draw, h, icon } from './draw.js';
import { closeMenu, menu } from './menu.js';
import { appKey } from './simulator.js';
import { isPulled, usersElsewhere } from './state.js';
import { happen, history, say, show, ui, viewed } from './store.js';
import { avatar, colorOf, nameOf } from './user.js';

/** @import { Drawn } from './draw.js' */
/** @import { Device, Ghost, Line, Phone, State } from './state.js' */
/** @import { Key } from './strings.js' */

/** How long a message that passed is remembered, as the picture of it. */
const ghostMs = 6000;

/** The time that they show. */
let shownTime = 0;

/** Whether something on the phones runs down by itself, or has since they were drawn. */
export function runsDown() {
  if (ui.cursor) return false;
  const isDue = (/** @type {number} */ until) => until > shownTime;
  return [...history.now.phones.values()].some(
    ({ ghost, devices }) =>
      (ghost && isDue(ghost.time + ghostMs)) ||
      [...devices.values()].some(
        ({ typing, signalAt }) => [...typing.values()].some(isDue) || isDue(signalAt + ui.timers.refreshMs),
      ),
  );
}

/** Draws everybody as they were at the instant that is looked at. */
export function drawPhones() {
  const { state, time, isPast } = viewed();
  shownTime = time;
  const stage = byId('phones');
  const phones = [...state.phones.values()];
  const layout = byId('stage').classList;
  layout.toggle('many', phones.length > 3);
  layout.toggle(
    'double',
    phones.some(({ devices }) => devices.size > 1),
  );
  stage.classList.toggle('past', isPast);
  draw(
    stage,
    [
      switcher(phones),
      ...phones.map((phone) => person(phone, state, time, isPast)),
      phones.length > 0 && phones.length < maxPhones && !isPast && adder(),
    ].filter((child) => child !== false),
  );
}

/** On a narrow screen: whose phone stands below the sender's. @param {Phone[]} phones */
function switcher(phones) {
  const choices = /** @type {const} */ (['sender', 'receiver']).map((role) => {
    const other = role === 'sender' ? 'receiver' : 'sender';
    return h(
      'label',
      h('span', { 'aria-hidden': 'true' }, say(role)),
      h(
        'select',
        {
          label: say(role),
          value: ui[role],
          change: (/** @type {Event} */ { target }) => {
            const chosen = /** @type {HTMLSelectElement} */ (target).value;
            show({ [role]: chosen, [other]: chosen === ui[other] ? ui[role] : ui[other] });
          },
        },
        phones.map(({ userId }) => h('option', { value: userId }, nameOf(userId))),
      ),
    );
  });
  return h('div.switcher', { key: ' switcher' }, choices);
}

function adder() {
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLFormElement} */ (event.target).elements.namedItem('userId');
    const userId = /** @type {HTMLInputElement} */ (field).value.trim();
    if (!userId) return;
    addUser(userId);
    closeMenu();
    show({ receiver: userId });
  };
  const form = h(
    'form',
    { submit },
    h('input', {
      name: 'userId',
      label: say('userId'),
      placeholder: say('userId'),
      maxlength: '64',
      autocomplete: 'off',
    }),
    h('button.primary', say('add')),
  );
  return h(
    'div.adder',
    { key: ' adder' },
    menu('add', { label: say('addUser'), title: say('addUser'), class: 'round' }, icon('plus'), [form]),
  );
}

/**
 * @param {Phone} phone
 * @param {State} state
 * @param {number} time
 * @param {boolean} isPast
 */
function person(phone, state, time, isPast) {
  const { userId, devices, ghost } = phone;
  const sessions = state.users.get(userId)?.sessions.size ?? 0;
  const role = userId === ui.sender ? 'sender' : userId === ui.receiver ? 'receiver' : '';
  const standing = state.live === false ? 'gone' : sessions > 0 ? 'online' : 'off';
  const showsGhost = ghost !== undefined && time - ghost.time < ghostMs && sessions === 0;
  const single = devices.size === 1;
  const unread = [...devices.values()].reduce((sum, device) => sum + device.unread, 0);
  const isOpen = ui.menu === `user ${userId}` ? 'open' : '';
  return h(
    'section',
    {
      key: userId,
      class: `phone ${colorOf(userId)} ${role} ${isOpen}`,
      label: nameOf(userId),
      'data-standing': standing,
    },
    h(
      'header',
      avatar(userId),
      h(
        'div.who',
        h(
          'h2',
          { title: userId },
          nameOf(userId),
          unread > 0 && h('span.badge', { label: say('unread', unread) }, unread),
        ),
        h('p.standing', standingOf(standing, sessions, usersElsewhere(state).includes(userId))),
      ),
      single && power(userId, 'phone', devices, isPast),
      !isPast && options(phone, state),
    ),
    [...devices].map(([name, shown]) =>
      screen(userId, name, shown, { state, time, isPast, single, ghost: showsGhost ? ghost : undefined }),
    ),
  );
}

/**
 * @param {string} standing
 * @param {number} sessions
 * @param {boolean} isElsewhere
 */
function standingOf(standing, sessions, isElsewhere) {
  if (standing === 'gone') return say('goneShort');
  if (isElsewhere) return say('elsewhere');
  return standing === 'off' ? say('off') : sessions > 1 ? say('sessions', sessions) : say('online');
}

/**
 * @param {string} userId
 * @param {string} name
 * @param {Phone['devices']} devices
 * @param {boolean} isPast
 */
function power(userId, name, devices, isPast) {
  const link = devices.get(name)?.link;
  return h('input', {
    type: 'checkbox',
    role: 'switch',
    class: 'switch',
    label: say('switchOnline', nameOf(userId), [/** @type {Key} */ (name)]),
    checked: link === 'online' || link === 'connecting',
    disabled: isPast,
    change: (/** @type {Event} */ { target }) =>
      device(userId, name)?.goOnline(/** @type {HTMLInputElement} */ (target).checked),
  });
}

/**
 * @param {string} userId
 * @param {string} name
 * @param {Device} shown
 * @param {{ state: State, time: number, isPast: boolean, single: boolean, ghost: Ghost | undefined }} view
 */
function screen(userId, name, shown, { state, time, isPast, single, ghost }) {
  const label = say('deviceOf', nameOf(userId), [/** @type {Key} */ (name)]);
  const isDead = isPulled(state, userId) && shown.link === 'online';
  const link = isDead ? 'dead' : shown.link;
  const typing = [...shown.typing].filter(([, until]) => until > time);
  const isEmpty = shown.lines.length === 0 && typing.length === 0 && !ghost && shown.draft === '';
  const status =
    link === 'refused'
      ? say('notLetIn', shown.reason)
      : link === 'connecting' || link === 'dead'
        ? say(link)
        : undefined;
  const read = () => shown.unread > 0 && happen({ event: 'read', userId, device: name });
  return h(
    'div',
    { key: name, class: 'screen', role: 'group', label, 'data-link': link, pointerdown: read },
    !single &&
      h(
        'header',
        icon(name),
        h('span', say(/** @type {Key} */ (name))),
        power(userId, name, new Map([[name, shown]]), isPast),
      ),
    status && h('p.status', status),
    h(
      'div',
      {
        class: 'chat',
        role: 'log',
        tabindex: '0',
        label: say('messagesOn', nameOf(userId), [/** @type {Key} */ (name)]),
      },
      h(
        'div',
        isEmpty && !isPast && state.live && h('p.empty', say(shown.link === 'off' ? 'emptyOff' : 'empty')),
        shown.lines.map(bubble),
        typing.map(([who, until]) => typingBubble(who, (until - time) / state.expiryMs)),
        ghost ? ghostOf(ghost) : shown.missed > 0 && missedMark(shown.missed),
      ),
    ),
    field(userId, name, shown, time, isPast, read),
  );
}

/** Says of what passed that it did, and is not there. @param {number} missed */
const missedMark = (missed) => h('p.mark.dropped', say('missed', missed));

/** @param {Line} line */
function bubble({ text, fromUserId, own, note, detail = '', objectName, groupId, echo, mark, missed = 0 }) {
  if (mark) return [missed > 0 && missedMark(missed), h('p.mark', say(/** @type {Key} */ (text)))];
  const isLost = ['notKnown', 'notSentOffline', 'notSentNobody', 'refused'].includes(note ?? '');
  const author = groupId === undefined ? nameOf(fromUserId) : say('inGroup', nameOf(fromUserId), groupId);
  return h(
    'div',
    {
      class: `bubble ${colorOf(fromUserId)} ${own ? 'own' : ''} ${echo ? 'copy' : ''} ${isLost ? 'failed' : ''}`,
    },
    (!own || groupId !== undefined) && h('b', author),
    h('span', text),
    objectName && h('small', say('unknownType', objectName)),
    note &&
      note !== 'accepted' &&
      h('small', say(note === 'refused' ? 'refusedNote' : /** @type {Key} */ (note), detail)),
  );
}

/**
 * @param {string} who
 * @param {number} left The share of its time.
 */
function typingBubble(who, left) {
  return h(
    'div',
    {
      class: `bubble typing ${colorOf(who)}`,
      key: `typing ${who}`,
      role: 'img',
      label: say('typingNow', nameOf(who)),
    },
    dots(),
    h(
      'svg.ring',
      { viewBox: '0 0 20 20', 'aria-hidden': 'true' },
      h('circle', { cx: '10', cy: '10', r: '8' }),
      h('circle', {
        cx: '10',
        cy: '10',
        r: '8',
        pathLength: '100',
        'stroke-dasharray': `${Math.round(left * 100)} 100`,
      }),
    ),
  );
}

const dots = () => h('span.dots', { 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));

/** @param {Ghost} ghost */
function ghostOf({ fromUserId, objectName }) {
  const isTyping = objectName === 'RC:TypSts';
  return h(
    'div',
    { class: `ghost ${colorOf(fromUserId)}`, key: 'ghost' },
    isTyping ? dots() : h('span.faded', { 'aria-hidden': 'true' }),
    h('small', say(isTyping ? 'ghostTyping' : 'ghost')),
  );
}

/**
 * @param {string} userId
 * @param {string} name
 * @param {Device} shown
 * @param {number} time
 * @param {boolean} isPast
 * @param {() => unknown} focus
 */
function field(userId, name, { draft, draftedAt, signalAt, link }, time, isPast, focus) {
  const waitMs = signalAt + ui.timers.refreshMs - time;
  const waits = draft !== '' && draftedAt > signalAt && waitMs > 0 && link === 'online';
  return h(
    'form',
    {
      submit: (/** @type {Event} */ event) => {
        event.preventDefault();
        device(userId, name)?.submit();
      },
    },
    h('input', {
      value: draft,
      autocomplete: 'off',
      readonly: isPast,
      focus,
      placeholder: say('write'),
      label: say('writeOn', nameOf(userId), [/** @type {Key} */ (name)]),
      input: (/** @type {Event} */ { target }) =>
        device(userId, name)?.write(/** @type {HTMLInputElement} */ (target).value),
    }),
    h('button.send', { label: say('send'), disabled: isPast, 'aria-disabled': draft === '' }, icon('send')),
    waits && h('small', say('nextSignal', Math.ceil(waitMs / 1000))),
  );
}

/**
 * All else that can be done with a user.
 * @param {Phone} phone
 * @param {State} state
 */
function options({ userId, devices }, { users, phones }) {
  const name = nameOf(userId);
  const user = users.get(userId);
  const others = [...phones.keys()].filter((other) => other !== userId);
  const muted = ui.muted.get(userId) ?? new Set();
  /** @param {string} other */
  const toggleMuted = (other) => {
    const next = new Set(muted);
    if (!next.delete(other)) next.add(other);
    show({ muted: new Map(ui.muted).set(userId, next) });
  };
  /** @type {(key: Key, act: () => unknown, arg?: string) => Drawn} */
  const item = (key, act, arg = '') => {
    const click = () => {
      closeMenu();
      act();
    };
    return h('button', { click }, say(key, arg));
  };
  const pulled = user?.pulled ?? false;
  const hasDesktop = devices.has('desktop');
  return menu(`user ${userId}`, { label: say('menuOf', name), class: 'plain' }, icon('dots'), [
    item(pulled ? 'plugIn' : 'pullPlug', () => pullPlug(userId, !pulled)),
    item(hasDesktop ? 'removeDevice' : 'addDevice', () =>
      hasDesktop ? removeDesktop(userId) : addDesktop(userId),
    ),
    document.documentElement.dataset.webClient !== undefined &&
      h(
        'a.item',
        {
          href: `/web-client.html?${new URLSearchParams({ appKey, userId })}`,
          target: '_blank',
          rel: 'opener', // what opens a closed simulator is the tab's
          click: closeMenu,
        },
        say('webClient', name),
      ),
    !['alice', 'bob', 'carol'].includes(userId) && item('removeUser', () => removeUser(userId), name),
    checks('sendsTo', others, (other) => !muted.has(other), toggleMuted),
    checks(
      'blocks',
      others,
      (other) => user?.blocks.has(other) ?? false,
      (other, on) => block(userId, other, on),
    ),
  ]);
}

/**
 * @param {Key} key
 * @param {string[]} others
 * @param {(other: string) => boolean} isOn
 * @param {(other: string, on: boolean) => unknown} set
 */
function checks(key, others, isOn, set) {
  return h(
    'fieldset',
    h('legend', say(key)),
    others.map((other) =>
      h(
        'label',
        h('input', { type: 'checkbox', checked: isOn(other), change: () => set(other, !isOn(other)) }),
        nameOf(other),
      ),
    ),
  );
}
