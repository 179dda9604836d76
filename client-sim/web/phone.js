import { TypingSender, typingType } from '../typing.js';
import { changed } from './change.js';
import { createChat } from './chat.js';
import { clock } from './clock.js';
import { Connection } from './connection.js';
import { element, icon } from './element.js';
import { hint, label, say, spoken } from './language.js';
import { createRecipients } from './recipients.js';
import { rules } from './rules.js';
import { createTypingNotice } from './typing-notice.js';
import { nameOf } from './user.js';

/** @import { EchoFrame, ServerFrame, StatusFrame } from '../../server/protocol/frames.ts' */

/** @typedef {ReturnType<typeof createPhone>} Phone */

const textType = 'RC:TxtMsg';

/**
 * One device of a user: a client of its own, and what it shows.
 * @param {string} userId
 * @param {'phone' | 'desktop'} device
 */
export function createPhone(userId, device) {
  const name = nameOf(userId);
  const chat = createChat();
  const recipients = createRecipients(restartTyping);
  let notice = createTypingNotice(userId);
  let sender = newSender();
  let cut = false;
  let published = 0;
  let unread = 0;
  /** What writes the note of each message that was not answered so far. @type {Map<string, ReturnType<typeof chat.add>>} */
  const unanswered = new Map();

  const state = element('span', { class: 'state' });
  const badge = element('span', { class: 'badge', hidden: '' });
  const power = element('input', { type: 'checkbox', class: 'switch' });
  const field = label(hint(element('input', { autocomplete: 'off' }), 'write'), 'writeOn', name, [device]);
  const form = element('form', {}, field, label(element('button', {}, icon('send')), 'send'));
  const head = element('header', {}, icon(device), spoken('h3', device), state, badge, power);
  const node = element('section', { class: `device ${device}` }, head, recipients.node, chat.node);
  label(node, 'deviceOf', name, [device]);
  label(power, 'switchOnline', name, [device]);
  label(chat.node, 'messagesOn', name, [device]);
  node.append(notice.node, form);
  for (const touch of ['focusin', 'pointerdown']) node.addEventListener(touch, () => count(0));
  power.addEventListener('change', () => goOnline(power.checked));
  field.addEventListener('input', () => write(field.value));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });

  const platform = device === 'phone' ? 'android' : 'desktop';
  const isOnline = () => connection.state === 'online';
  const connection = new Connection({ userId, platform }, receive, showState);
  goOnline(true);

  /** @param {boolean} online */
  function goOnline(online) {
    if (online) connection.open();
    else connection.close();
  }

  function showState() {
    const dead = cut && isOnline();
    node.dataset.state = dead ? 'dead' : connection.state;
    power.checked = connection.wanted;
    say(state, dead ? 'deadLine' : connection.state, connection.reason);
    if (isOnline()) chat.mark('online');
    else forget();
    changed();
  }

  /** What is gone with the connection. */
  function forget() {
    if (connection.state === 'isOffline') chat.mark('isOffline');
    notice.receiver.clear();
    restartTyping();
    recipients.forget();
    for (const tell of unanswered.values()) tell('notKnown');
    unanswered.clear();
  }

  /** @param {ServerFrame} frame */
  function receive(frame) {
    notice.receiver.receive(frame);
    if (frame.type === 'connected') subscribe(recipients.all());
    if (frame.type === 'presence') recipients.tell(frame.userId, frame.online);
    if (frame.type === 'published') unanswered.get(frame.id)?.('accepted');
    if (frame.type === 'error') unanswered.get(frame.id ?? '')?.('notSent', frame.errorMessage);
    if ('id' in frame) unanswered.delete(frame.id);
    if ('content' in frame && frame.objectName !== typingType) take(frame);
    changed();
  }

  /** @param {string[]} userIds */
  function subscribe(userIds) {
    if (userIds.length > 0) connection.send({ type: 'subscribe', userIds });
  }

  /** @param {StatusFrame | EchoFrame} frame */
  function take({ type, fromUserId, objectName, content }) {
    const own = fromUserId === userId;
    const text = objectName === textType ? textOf(content) : undefined;
    const tell = chat.add(fromUserId, own, text ?? content);
    if (type === 'echo') tell('echo');
    if (text === undefined) tell('unknownType', objectName);
    else if (!own && !node.contains(document.activeElement)) count(unread + 1);
  }

  /** @param {number} number */
  function count(number) {
    unread = number;
    badge.hidden = number === 0;
    say(badge, 'unread', number);
  }

  /**
   * Has this in the field, as if a user had typed it.
   * @param {string} text
   */
  function write(text) {
    field.value = text;
    if (isOnline()) sender.keystroke(text);
  }

  /** Sends what is in the field. */
  function submit() {
    const text = field.value.trim();
    if (text === '') return;
    const tell = chat.add(userId, true, text);
    if (!isOnline()) tell('notSentOffline');
    else if (recipients.chosen().length === 0) tell('notSentNobody');
    else {
      tell('sending');
      unanswered.set(publish(textType, JSON.stringify({ content: text }), rules.isIncludeSender), tell);
    }
    field.value = '';
    sender.stop();
  }

  /**
   * @param {string} objectName
   * @param {string} content
   * @param {0 | 1} [isIncludeSender]
   * @returns {string} the id of the frame
   */
  function publish(objectName, content, isIncludeSender = 0) {
    const id = String(++published);
    const { verifyBlacklist } = rules;
    const message = { toUserId: recipients.chosen(), objectName, content, isIncludeSender, verifyBlacklist };
    if (message.toUserId.length > 0) connection.send({ type: 'publish', id, ...message });
    return id;
  }

  function newSender() {
    return new TypingSender({
      ...rules.timers,
      clock,
      send: ({ objectName, content }) => publish(objectName, content),
    });
  }

  /** As if nothing was typed so far. The machine before leaves no timer behind. */
  function restartTyping() {
    sender.stop();
    sender = newSender();
  }

  return {
    node,
    recipients,
    goOnline,
    isOnline,
    write,
    submit,
    shows: chat.shows,
    typingUsers: () => notice.receiver.userIds,

    /**
     * The plug is pulled, or in again.
     * @param {boolean} pulled
     */
    cut(pulled) {
      cut = pulled;
      connection.cut(pulled);
      showState();
    },

    /**
     * Whom it can send to, at first to everybody.
     * @param {string[]} userIds
     */
    meet(userIds) {
      for (const id of userIds) recipients.add(id);
      subscribe(userIds);
    },

    /** Takes up the timers that are chosen now. */
    retime() {
      const { node, receiver } = notice;
      receiver.clear();
      notice = createTypingNotice(userId);
      node.replaceWith(notice.node);
      restartTyping();
    },

    /** As new: nothing on the screen, everybody chosen. */
    clear() {
      field.value = '';
      chat.clear();
      count(0);
      recipients.chooseAll();
      restartTyping();
    },
  };
}

/** @param {string} content @returns {string | undefined} undefined when it is no text message */
function textOf(content) {
  try {
    const { content: text } = JSON.parse(content);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
