import { TypingSender } from '../typing.js';
import { clock } from './clock.js';
import { Connection } from './connection.js';
import { isPulled } from './state.js';
import { happen, history, show, ui } from './store.js';

const textType = 'RC:TxtMsg';

/** One device of a user: a client of its own. What it shows is in the history. */
export class Device {
  #userId;
  #device;
  #connection;
  #typing = this.#newSender();
  #published = 0;

  /**
   * @param {string} userId
   * @param {string} device
   */
  constructor(userId, device) {
    const where = { userId, device };
    this.#userId = userId;
    this.#device = device;
    this.#connection = new Connection(
      userId,
      (frame) => {
        happen({ event: 'frame', ...where, frame });
        if (frame.type === 'connected') this.meet([...history.now.phones.keys()]);
      },
      (link, reason) => {
        if (link !== 'online') this.#restartTyping();
        happen({ event: 'link', ...where, link, reason });
      },
    );
    this.#connection.open();
  }

  /** @param {boolean} online */
  goOnline(online) {
    if (online) this.#connection.open();
    else this.#connection.close();
  }

  /** After the simulator was away: sooner than it would by itself. */
  wake() {
    if (this.#connection.wanted) this.#connection.open();
  }

  /** @param {boolean} isCut */
  cut(isCut) {
    this.#connection.cut(isCut);
  }

  /**
   * Asks to be told whenever one of these comes or goes.
   * @param {string[]} others
   */
  meet(others) {
    const userIds = others.filter((other) => other !== this.#userId);
    if (userIds.length > 0) this.#connection.send({ type: 'subscribe', userIds });
  }

  /**
   * Has this in the field, as if a user had typed it.
   * @param {string} text
   */
  write(text) {
    happen({ event: 'draft', userId: this.#userId, device: this.#device, text });
    if (ui.sender !== this.#userId) this.#takeTurn();
    if (this.#isOnline) this.#typing.keystroke(text);
  }

  /** Sends what is in the field. */
  submit() {
    const text = history.now.phones.get(this.#userId)?.devices.get(this.#device)?.draft.trim();
    if (!text) return;
    const id = String(++this.#published);
    happen({ event: 'sent', userId: this.#userId, device: this.#device, id, text, note: this.#prospect() });
    this.#publish(textType, JSON.stringify({ content: text }), id);
    this.#typing.stop();
  }

  /** Takes up the timers that are chosen now, as if nothing was typed so far. */
  #restartTyping() {
    this.#typing.stop();
    this.#typing = this.#newSender();
  }

  retime = () => this.#restartTyping();

  get #isOnline() {
    return this.#connection.link === 'online';
  }

  #recipients() {
    const muted = ui.muted.get(this.#userId);
    return [...history.now.phones.keys()].filter((userId) => userId !== this.#userId && !muted?.has(userId));
  }

  /** What can be said at once of a message that is sent now. */
  #prospect() {
    if (!this.#isOnline) return 'notSentOffline';
    if (this.#recipients().length === 0) return 'notSentNobody';
    return isPulled(history.now, this.#userId) ? 'notKnown' : 'sending';
  }

  #newSender() {
    return new TypingSender({
      ...ui.timers,
      clock,
      send: ({ objectName, content }) => {
        happen({ event: 'signal', userId: this.#userId, device: this.#device });
        this.#publish(objectName, content, String(++this.#published));
      },
    });
  }

  /**
   * @param {string} objectName
   * @param {string} content
   * @param {string} id
   */
  #publish(objectName, content, id) {
    const toUserId = this.#recipients();
    if (toUserId.length === 0) return;
    const isIncludeSender = objectName === textType && ui.isIncludeSender ? 1 : 0;
    const verifyBlacklist = ui.verifyBlacklist ? 1 : 0;
    this.#connection.send({
      type: 'publish',
      id,
      toUserId,
      objectName,
      content,
      isIncludeSender,
      verifyBlacklist,
    });
  }

  /** On a narrow screen, whoever writes is above. */
  #takeTurn() {
    show({ sender: this.#userId, receiver: ui.receiver === this.#userId ? ui.sender : ui.receiver });
  }
}
