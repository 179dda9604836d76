import { expect, it } from 'vitest';
import { TypingReceiver, TypingSender } from '../../client-sim/typing.js';
import { type TypingPreset, typingPresets } from '../../client-sim/typing-presets.js';
import { statusFrame } from './scripted-server.ts';
import { VirtualClock } from './virtual-clock.ts';

const presets: TypingPreset[] = Object.values(typingPresets);

it('the presets are those of the products, in seconds', () => {
  const seconds = presets.map(({ product, refreshMs, idleStopMs, expiryMs }) => [
    product,
    ...[refreshMs, idleStopMs, expiryMs].map((ms) => (ms === undefined ? '–' : ms / 1000)),
  ]);
  expect(seconds).toEqual([
    ['RongCloud', 6, '–', 6],
    ['Zulip', 10, 5, 15],
    ['Signal', 10, 3, 15],
    ['Matrix', 25, '–', 30],
    ['Ably', 10, '–', 12],
    ['Stream', 2, 1, 7],
    ['PubNub', 4, '–', 5],
  ]);
});

it('A6 all but RongCloud say when a user stops', () => {
  expect(presets.filter(({ saysStop }) => !saysStop).map(({ product }) => product)).toEqual(['RongCloud']);
});

/** Bob types to Ann without a pause, a character each 100 ms, until he stops; returns who is shown when. */
function watch(preset: TypingPreset, { untilMs, stopIsLost }: { untilMs: number; stopIsLost: boolean }) {
  const clock = new VirtualClock();
  const start = clock.now();
  const changes: [atMs: number, isTyping: boolean][] = [];
  const onChange = (_: string, isTyping: boolean) => changes.push([clock.now() - start, isTyping]);
  const receiver = new TypingReceiver({ clock, userId: 'ann', onChange, ...preset });
  let lost = false;
  const send = (message: { objectName: string; content: string }) => {
    if (!lost) receiver.receive(statusFrame({ sentTime: clock.now(), ...message }));
  };
  const sender = new TypingSender({ clock, send, ...preset });
  for (let atMs = 0; atMs <= untilMs; atMs += 100) {
    clock.advanceTo(start + atMs);
    sender.keystroke('h'.repeat(1 + atMs / 100));
  }
  lost = stopIsLost;
  sender.stop();
  clock.advanceTo(start + 10 * 60_000);
  return changes;
}

it.each(presets.filter(({ refreshMs, expiryMs }) => refreshMs < expiryMs))(
  '$product shows a user who types on and on without a break, until the stop',
  (preset) => {
    expect(watch(preset, { untilMs: 60_000, stopIsLost: false })).toEqual([
      [0, true],
      [60_000, false],
    ]);
  },
);

it.each(presets)('$product stops showing a user whose stop is lost', (preset) => {
  expect(watch(preset, { untilMs: 0, stopIsLost: true })).toEqual([
    [0, true],
    [preset.expiryMs, false],
  ]);
});
