// JavaScript, and free of Node, because the browser runs this file as it stands: the demo page has no build step.

/** @import { ServerFrame, StatusFrame } from '../server/protocol/frames.ts' */

/**
 * Whoever has the time: the browser, Node or a test.
 * @typedef {object} Clock
 * @property {() => number} now Milliseconds since 1970.
 * @property {(delayMs: number, callback: () => void) => () => void} after Calls back once; returns what cancels it.
 */

/** @typedef {{ objectName: string, content: string }} TypingMessage A status message, but for its recipient. */

/**
 * @typedef {object} TypingSenderOptions
 * @property {Clock} clock
 * @property {(message: TypingMessage) => void} send Publishes it to the conversation's partner.
 * @property {number} [refreshMs] Least time from one sent typing to the next; 6000 unless told.
 * @property {number | undefined} [idleStopMs] Without a change for so long the user has stopped; never unless told.
 * @property {boolean} [saysStop] Whether a stop is sent; true unless told if there is an `idleStopMs`.
 */

/**
 * @typedef {object} TypingReceiverOptions
 * @property {Clock} clock
 * @property {string} userId The user who looks on.
 * @property {number} [expiryMs] How long one typing is shown; 6000 unless told.
 * @property {(userId: string, isTyping: boolean) => void} [onChange] Told when somebody begins or ends, not of a refresh.
 * @property {(objectName: string) => boolean} [isNormal] Which messages end their sender's typing; all but signals unless told.
 */

/** The type of a typing status (A6). */
export const typingType = 'RC:TypSts';

const typingText = { objectName: typingType, content: '{"typingContentType":"RC:TxtMsg"}' };

/** RongCloud has no such message: this is how the simulator says the stop that other products have. */
const typingNothing = { objectName: typingType, content: '{"typingContentType":""}' };

/** Built-in types that a client sends by itself, while its user may still be typing: those never stored (A7). */
const signal = /^RC:(TypSts|CmdMsg|ReadNtf|RRReqMsg|RRRspMsg|SRSMsg|RcCmd|PSCmd|VC.*)$/;

/**
 * The text field of one conversation. Sends a typing at most once in `refreshMs` (A6); after a stop was sent, the next
 * one need not wait. Nothing is sent while nothing changes.
 */
export class TypingSender {
  #clock;
  #send;
  #refreshMs;
  #idleStopMs;
  #saysStop;
  #text = '';
  /** @type {number | undefined} */
  #sentAt;
  /** Whether a typing was sent less than `refreshMs` ago, by a timer: a clock that is set back tells no such thing. */
  #isFresh = false;
  #cancelFresh = () => {};
  #cancelIdleStop = () => {};

  /** @param {TypingSenderOptions} options */
  constructor({ clock, send, refreshMs = 6000, idleStopMs, saysStop = idleStopMs !== undefined }) {
    checkTimes({ refreshMs, idleStopMs });
    this.#clock = clock;
    this.#send = send;
    this.#refreshMs = refreshMs;
    this.#idleStopMs = idleStopMs;
    this.#saysStop = saysStop;
  }

  /**
   * Call it with all that the field holds, as often as you like.
   * @param {string} text
   */
  keystroke(text) {
    if (text === this.#text) return;
    if (text === '') return this.stop();
    this.#text = text;
    this.#awaitIdleStop();
    const now = this.#clock.now();
    const sinceMs = now - (this.#sentAt ?? now);
    if (this.#isFresh && sinceMs >= 0 && sinceMs < this.#refreshMs) return;
    this.#sentAt = now;
    this.#keepFresh();
    this.#send(typingText);
  }

  /** The text was sent or given up: the field is empty. */
  stop() {
    this.#text = '';
    this.#pause();
  }

  #keepFresh() {
    this.#cancelFresh();
    this.#isFresh = true;
    if (this.#refreshMs === Number.POSITIVE_INFINITY) return;
    this.#cancelFresh = this.#clock.after(this.#refreshMs, () => {
      this.#isFresh = false;
    });
  }

  #awaitIdleStop() {
    this.#cancelIdleStop();
    if (this.#idleStopMs === undefined) return;
    this.#cancelIdleStop = this.#clock.after(this.#idleStopMs, () => this.#pause());
  }

  #pause() {
    this.#cancelIdleStop();
    if (!this.#saysStop || this.#sentAt === undefined) return;
    this.#sentAt = undefined;
    this.#isFresh = false;
    this.#cancelFresh();
    this.#send(typingNothing);
  }
}

/**
 * Who is typing to a user, one to one. Shown until `expiryMs` after their last typing arrived, or until a normal
 * message of theirs arrives, or they go offline (A6).
 */
export class TypingReceiver {
  #clock;
  #userId;
  #expiryMs;
  #onChange;
  #isNormal;
  /** @type {Map<string, { until: number, cancel: () => void }>} */
  #shown = new Map();
  /**
   * When each user last ended their typing, by the server's time: what they typed before is late.
   * @type {Map<string, number>}
   */
  #endedAt = new Map();

  /** @param {TypingReceiverOptions} options */
  constructor({
    clock,
    userId,
    expiryMs = 6000,
    onChange = () => {},
    isNormal = (objectName) => !signal.test(objectName),
  }) {
    checkTimes({ expiryMs });
    this.#clock = clock;
    this.#userId = userId;
    this.#expiryMs = expiryMs;
    this.#onChange = onChange;
    this.#isNormal = isNormal;
  }

  /** The users shown as typing. */
  get userIds() {
    return [...this.#shown.keys()].filter((userId) => this.isTyping(userId));
  }

  /** @param {string} userId */
  isTyping(userId) {
    return this.remainingMs(userId) > 0;
  }

  /**
   * How long the user will be shown if nothing else comes; 0 when not shown.
   * @param {string} userId
   */
  remainingMs(userId) {
    const until = this.#shown.get(userId)?.until ?? 0;
    // Never more than a whole period, not even after the clock was set back: then the timer ends it.
    return Math.max(0, Math.min(this.#expiryMs, until - this.#clock.now()));
  }

  /**
   * Takes each frame of the session; those that have nothing to do with typing are passed over.
   * @param {ServerFrame} frame
   */
  receive(frame) {
    if (frame.type === 'presence' && !frame.online) this.#end(frame.userId, frame.at);
    if (frame.type !== 'status' || frame.channelType !== 'PERSON') return;
    if (frame.fromUserId === this.#userId) return;
    if (frame.objectName === typingType) this.#hear(frame);
    else if (this.#isNormal(frame.objectName)) this.#end(frame.fromUserId, frame.sentTime);
  }

  /** Shows nobody any more and leaves no timer behind, as when the own session has closed. */
  clear() {
    for (const userId of [...this.#shown.keys()]) this.#hide(userId);
  }

  /** @param {StatusFrame} frame */
  #hear({ fromUserId, content, sentTime }) {
    // Counted from its arrival, as RongCloud's clients do; by the server's time only what is earlier than an end is late.
    if (sentTime < (this.#endedAt.get(fromUserId) ?? 0)) return;
    if (isTypingSomething(content)) this.#show(fromUserId);
    else this.#end(fromUserId, sentTime);
  }

  /** @param {string} userId */
  #show(userId) {
    const before = this.#shown.get(userId);
    before?.cancel();
    const cancel = this.#clock.after(this.#expiryMs, () => this.#hide(userId));
    this.#shown.set(userId, { until: this.#clock.now() + this.#expiryMs, cancel });
    if (!before) this.#onChange(userId, true);
  }

  /**
   * @param {string} userId
   * @param {number} at
   */
  #end(userId, at) {
    this.#endedAt.set(userId, Math.max(at, this.#endedAt.get(userId) ?? 0));
    this.#hide(userId);
  }

  /** @param {string} userId */
  #hide(userId) {
    const shown = this.#shown.get(userId);
    if (!shown) return;
    shown.cancel();
    this.#shown.delete(userId);
    this.#onChange(userId, false);
  }
}

/** @param {string} content */
function isTypingSomething(content) {
  try {
    return Boolean(JSON.parse(content).typingContentType);
  } catch {
    return false;
  }
}

/**
 * The rule of `checkTime`, which no browser can load.
 * @param {Record<string, number | undefined>} times
 */
function checkTimes(times) {
  for (const [name, ms] of Object.entries(times)) {
    if (ms === undefined || (typeof ms === 'number' && ms >= 0)) continue;
    throw new RangeError(`${name} must be milliseconds from 0 to Infinity, not ${ms}.`);
  }
}
