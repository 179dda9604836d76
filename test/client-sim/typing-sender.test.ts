import { expect, it } from 'vitest';
import { TypingSender, type TypingSenderOptions } from '../../client-sim/typing.js';
import { VirtualClock } from './virtual-clock.ts';

type Options = Omit<TypingSenderOptions, 'clock' | 'send'>;

const minuteMs = 60_000;
const typing = '{"typingContentType":"RC:TxtMsg"}';
const nothing = '{"typingContentType":""}';

/** A sender that writes down what it sends, as "milliseconds word". */
function senderOf(options: Options, clock = new VirtualClock()) {
  const start = clock.now();
  const words: Record<string, string> = { [typing]: 'typing', [nothing]: 'stop' };
  const sent: string[] = [];
  const send = ({ content }: { content: string }) => sent.push(`${clock.now() - start} ${words[content]}`);
  return { sender: new TypingSender({ clock, send, ...options }), sent, clock, start };
}

interface Row {
  title: string;
  options?: Options;
  /** What the field holds from when on; undefined: the text was sent or given up. */
  keys: [atMs: number, text: string | undefined][];
  sent: string[];
}

const rows: Row[] = [
  { title: 'the first keystroke sends at once', keys: [[0, 'h']], sent: ['0 typing'] },
  {
    title: 'A6 keystrokes within 6 s of the last typing send nothing',
    keys: [
      [0, 'h'],
      [100, 'he'],
      [5999, 'hey'],
    ],
    sent: ['0 typing'],
  },
  {
    title: 'A6 a keystroke 6 s after the last typing sends again',
    keys: [
      [0, 'h'],
      [6000, 'he'],
    ],
    sent: ['0 typing', '6000 typing'],
  },
  {
    title: 'A6 the 6 s count from the last typing, not from the last keystroke',
    keys: [
      [0, 'h'],
      [4000, 'he'],
      [8000, 'hey'],
      [12_000, 'heya'],
      [14_000, 'heyaa'],
    ],
    sent: ['0 typing', '8000 typing', '14000 typing'],
  },
  {
    title: 'the throttle can be set',
    options: { refreshMs: 2000 },
    keys: [
      [0, 'h'],
      [1999, 'he'],
      [2000, 'hey'],
    ],
    sent: ['0 typing', '2000 typing'],
  },
  {
    title: 'nothing is sent when nothing changed',
    keys: [
      [0, 'h'],
      [7000, 'h'],
    ],
    sent: ['0 typing'],
  },
  { title: 'an empty field that stays empty sends nothing', keys: [[0, '']], sent: [] },
  {
    title: 'a deleted character is a change',
    keys: [
      [0, 'he'],
      [7000, 'h'],
    ],
    sent: ['0 typing', '7000 typing'],
  },
  {
    title: 'clearing the field sends nothing',
    keys: [
      [0, 'h'],
      [7000, ''],
    ],
    sent: ['0 typing'],
  },
  {
    title: 'A6 the throttle outlasts a text that was sent',
    keys: [
      [0, 'h'],
      [1000, undefined],
      [2000, 'h'],
      [6000, 'he'],
    ],
    sent: ['0 typing', '6000 typing'],
  },
  {
    title: 'the same text again after it was sent is a change',
    keys: [
      [0, 'h'],
      [1000, undefined],
      [7000, 'h'],
    ],
    sent: ['0 typing', '7000 typing'],
  },
  {
    title: 'without a word for it, no stop is sent',
    keys: [
      [0, 'h'],
      [1000, undefined],
    ],
    sent: ['0 typing'],
  },
  {
    title: 'an idle field stops',
    options: { idleStopMs: 3000 },
    keys: [[0, 'h']],
    sent: ['0 typing', '3000 stop'],
  },
  {
    title: 'each keystroke puts the idle stop off',
    options: { idleStopMs: 3000 },
    keys: [
      [0, 'h'],
      [2000, 'he'],
    ],
    sent: ['0 typing', '5000 stop'],
  },
  {
    title: 'a keystroke that changes nothing does not put the idle stop off',
    options: { idleStopMs: 3000 },
    keys: [
      [0, 'h'],
      [2000, 'h'],
    ],
    sent: ['0 typing', '3000 stop'],
  },
  {
    title: 'after a stop was sent the next keystroke sends at once',
    options: { idleStopMs: 3000 },
    keys: [
      [0, 'h'],
      [3500, 'he'],
    ],
    sent: ['0 typing', '3000 stop', '3500 typing', '6500 stop'],
  },
  {
    title: 'after an idle stop the same text is still no change',
    options: { idleStopMs: 3000 },
    keys: [
      [0, 'h'],
      [3500, 'h'],
    ],
    sent: ['0 typing', '3000 stop'],
  },
  {
    title: 'sending the text stops at once, and once only',
    options: { idleStopMs: 3000 },
    keys: [
      [0, 'h'],
      [1000, undefined],
      [2000, undefined],
    ],
    sent: ['0 typing', '1000 stop'],
  },
  {
    title: 'clearing the field stops at once',
    options: { idleStopMs: 3000 },
    keys: [
      [0, 'h'],
      [1000, ''],
    ],
    sent: ['0 typing', '1000 stop'],
  },
  {
    title: 'a field where nobody typed has nothing to stop',
    options: { idleStopMs: 3000 },
    keys: [[0, undefined]],
    sent: [],
  },
  {
    title: 'a stop can be said without an idle stop',
    options: { saysStop: true },
    keys: [
      [0, 'h'],
      [9000, undefined],
    ],
    sent: ['0 typing', '9000 stop'],
  },
];

it.each(rows)('$title', ({ options = {}, keys, sent }) => {
  const { sender, clock, start, sent: log } = senderOf(options);
  for (const [atMs, text] of keys) {
    clock.advanceTo(start + atMs);
    if (text === undefined) sender.stop();
    else sender.keystroke(text);
  }
  clock.advanceTo(start + minuteMs);
  expect(log).toEqual(sent);
});

it('A6 what is sent is a typing status', () => {
  const messages: unknown[] = [];
  const sender = new TypingSender({ clock: new VirtualClock(), send: (message) => messages.push(message) });
  sender.keystroke('h');
  expect(messages).toEqual([{ objectName: 'RC:TypSts', content: typing }]);
});

it('A6 a clock that is set back an hour mutes nobody', () => {
  let now = 1_795_000_000_000;
  let sent = 0;
  const sender = new TypingSender({ clock: { now: () => now, after: () => () => {} }, send: () => sent++ });
  sender.keystroke('h');
  now -= 3_600_000;
  sender.keystroke('he');
  sender.keystroke('hey');
  expect(sent).toBe(2);
});

it.each([-3_600_000, -60_000, -6000, -3000, -1, 1, 3000, 6000, 60_000, 3_600_000])(
  'A6 a clock that is set by %i ms mutes nobody: there is a typing in each 6 s that pass',
  (byMs) => {
    const clock = new VirtualClock();
    let aheadMs = 0;
    const sentAt: number[] = [];
    const sender = new TypingSender({
      clock: {
        now: () => clock.now() + aheadMs,
        after: (delayMs, callback) => clock.after(delayMs, callback),
      },
      send: () => sentAt.push(clock.now() - start),
    });
    const start = clock.now();
    for (let at = 0; at <= 30_000; at += 500) {
      clock.advanceTo(start + at);
      if (at === 4000) aheadMs = byMs;
      sender.keystroke(`${at}`);
    }
    const pauses = sentAt.slice(1).map((at, index) => at - sentAt[index]!);
    expect([Math.max(...pauses), sentAt.length <= 7]).toEqual([6000, true]);
  },
);

it('A6 one conversation does not throttle another', () => {
  const clock = new VirtualClock();
  const toBob = senderOf({}, clock);
  const toCarol = senderOf({}, clock);
  toBob.sender.keystroke('h');
  toCarol.sender.keystroke('h');
  expect(toCarol.sent).toEqual(['0 typing']);
});

it('a stop leaves no timer behind', () => {
  const { sender, clock } = senderOf({ idleStopMs: 3000 });
  sender.keystroke('h');
  sender.stop();
  expect(clock.timers.size).toBe(0);
});
