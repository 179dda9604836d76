// JavaScript, and free of Node, because the page's typing lab runs this file as it stands.

import { TypingReceiver, TypingSender } from './typing.js';

/**
 * @typedef {object} TypingCheckOptions
 * @property {number} refreshMs
 * @property {number | undefined} [idleStopMs]
 * @property {number} expiryMs
 * @property {boolean} [saysStop] As of `TypingSender`.
 * @property {number} [delayMs] How long each message is on its way; 0 unless told.
 * @property {number} [lossRate] The share of messages that never arrive, from 0 to 1; 0 unless told.
 * @property {readonly number[]} keystrokes When a key is pressed, in ascending milliseconds. The text is never sent.
 * @property {number} [seed] Which messages are lost; 1 unless told.
 */

/** @typedef {{ from: number, to: number }} Span In milliseconds, as the keystrokes are. */

/**
 * @typedef {object} TypingCheck
 * @property {number} sends How many messages the indicator costs, stops among them.
 * @property {number} flickers How often it went off and came on again while the user wrote on.
 * @property {number} stuckMs How long it stood, at most, after the user had stopped writing.
 * @property {number} longestGapMs How long it was missing, at most, while the user wrote.
 * @property {Span[]} writing When the user wrote.
 * @property {{ at: number, stop: boolean, lost: boolean }[]} sent
 * @property {Span[]} shown When the partner saw "… is typing".
 * @property {Span[]} gaps While the user wrote, and it was not shown.
 * @property {Span[]} stuck While it was shown, and the user did not write.
 */

/** As it comes from the writer, but for its content and time. */
const frame = /** @type {const} */ ({
  type: 'status',
  messageUID: '',
  channelType: 'PERSON',
  fromUserId: 'writer',
});

/** Keys at most so far apart belong to one stretch of writing, unless the product's own idle stop says otherwise. */
const pauseMs = 3000;

/**
 * Runs one user's keystrokes through a `TypingSender`, a network and a `TypingReceiver`, under a clock of its own: no time
 * passes.
 * @param {TypingCheckOptions} options
 * @returns {TypingCheck}
 */
export function checkTyping({ keystrokes, delayMs = 0, lossRate = 0, seed = 1, ...timers }) {
  const clock = eventClock();
  const chance = chanceOf(seed);
  /** @type {TypingCheck['sent']} */
  const sent = [];
  /** @type {Span[]} */
  const shown = [];

  const receiver = new TypingReceiver({
    clock,
    userId: 'partner',
    expiryMs: timers.expiryMs,
    onChange(_, isTyping) {
      const last = shown.at(-1);
      if (isTyping) shown.push({ from: clock.now(), to: Number.POSITIVE_INFINITY });
      else if (last) last.to = clock.now();
    },
  });
  const sender = new TypingSender({
    clock,
    ...timers,
    send(message) {
      const at = clock.now();
      const lost = chance() < lossRate;
      sent.push({ at, stop: message.content.includes('""'), lost });
      if (!lost) clock.after(delayMs, () => receiver.receive({ ...frame, ...message, sentTime: at }));
    },
  });

  for (const [index, at] of keystrokes.entries()) clock.after(at, () => sender.keystroke(`key ${index}`));
  clock.runOut();

  const writing = stretchesOf(keystrokes, timers.idleStopMs ?? pauseMs);
  const gaps = without(writing, shown);
  const stuck = without(shown, writing);
  /** @param {number} at */
  const changes = (at) => shown.some((span) => span.from === at || span.to === at);
  const flickers = gaps.filter(({ from, to }) => changes(from) && changes(to));
  return {
    sends: sent.length,
    flickers: flickers.length,
    stuckMs: longestOf(stuck),
    longestGapMs: longestOf(gaps),
    writing,
    sent,
    shown,
    gaps,
    stuck,
  };
}

/**
 * @param {readonly number[]} keystrokes
 * @param {number} pauseMs
 */
function stretchesOf(keystrokes, pauseMs) {
  /** @type {Span[]} */
  const stretches = [];
  for (const at of keystrokes) {
    const last = stretches.at(-1);
    if (last && at - last.to <= pauseMs) last.to = at;
    else stretches.push({ from: at, to: at });
  }
  return stretches;
}

/**
 * What is left of some spans when others are taken away; both in order.
 * @param {Span[]} spans
 * @param {Span[]} taken
 */
function without(spans, taken) {
  return spans.flatMap((span) => {
    /** @type {Span[]} */
    const left = [];
    let { from } = span;
    for (const hole of taken) {
      if (hole.to <= from || hole.from >= span.to) continue;
      if (hole.from > from) left.push({ from, to: hole.from });
      from = hole.to;
    }
    if (from < span.to) left.push({ from, to: span.to });
    return left;
  });
}

/** @param {Span[]} spans */
const longestOf = (spans) => Math.max(0, ...spans.map(({ from, to }) => to - from));

/**
 * Numbers from 0 up to 1, the same ones for the same seed (mulberry32).
 * @param {number} seed
 */
function chanceOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A clock that jumps from one timer to the next until none is left. */
function eventClock() {
  let now = 0;
  /** @type {Set<{ dueAt: number, callback: () => void }>} */
  const timers = new Set();
  return {
    now: () => now,
    /**
     * @param {number} delayMs
     * @param {() => void} callback
     */
    after(delayMs, callback) {
      const timer = { dueAt: now + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    runOut() {
      for (let [next] = timers; next; [next] = timers) {
        for (const timer of timers) if (timer.dueAt < next.dueAt) next = timer;
        timers.delete(next);
        now = next.dueAt;
        next.callback();
      }
    },
  };
}
