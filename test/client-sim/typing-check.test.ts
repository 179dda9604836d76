import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkTyping, type TypingCheckOptions } from '../../client-sim/typing-check.js';
import { typingPresets } from '../../client-sim/typing-presets.js';

const { rongcloud, stream } = typingPresets;

/** A key each `everyMs`, from `fromMs` on, for so long. */
const typing = (everyMs: number, forMs: number, fromMs = 0) =>
  Array.from({ length: Math.floor(forMs / everyMs) + 1 }, (_, index) => fromMs + index * everyMs);

const rows: { title: string; options: TypingCheckOptions; result: object }[] = [
  {
    title: 'A6 one key is one message, shown until its time is over',
    options: { ...rongcloud, keystrokes: [0] },
    result: { sends: 1, flickers: 0, stuckMs: 6000, longestGapMs: 0, shown: [{ from: 0, to: 6000 }] },
  },
  {
    title: 'A6 a refresh that comes as late as the expiry flickers with every key that misses it',
    options: { ...rongcloud, keystrokes: typing(170, 17_000) },
    result: { sends: 3, flickers: 2, longestGapMs: 120 },
  },
  {
    title: 'a refresh that is earlier than the expiry does not flicker',
    options: { ...stream, keystrokes: typing(170, 17_000) },
    result: { flickers: 0, longestGapMs: 0 },
  },
  {
    title: 'on its way a message is late at the beginning, and stuck as much longer at the end',
    options: { ...rongcloud, delayMs: 400, keystrokes: [0, 1000] },
    result: { stuckMs: 5400, longestGapMs: 400, gaps: [{ from: 0, to: 400 }] },
  },
  {
    title: 'an idle stop ends it early, and costs a message',
    options: { refreshMs: 10_000, idleStopMs: 3000, expiryMs: 15_000, keystrokes: [0, 1000] },
    result: { sends: 2, stuckMs: 3000, stuck: [{ from: 1000, to: 4000 }] },
  },
  {
    title: 'where everything is lost, nothing is shown',
    options: { ...stream, lossRate: 1, keystrokes: typing(500, 4000) },
    result: { sends: 4, flickers: 0, stuckMs: 0, longestGapMs: 4000, shown: [] },
  },
  {
    title: 'two stretches of writing are two, and no flicker lies between them',
    options: { ...rongcloud, keystrokes: [0, 1000, 20_000, 21_000] },
    result: {
      flickers: 0,
      writing: [
        { from: 0, to: 1000 },
        { from: 20_000, to: 21_000 },
      ],
    },
  },
];

it.each(rows)('$title', ({ options, result }) => {
  expect(checkTyping(options)).toMatchObject(result);
});

it('the same seed loses the same messages, and another one others', () => {
  const lostWith = (seed: number) =>
    checkTyping({ ...stream, lossRate: 0.5, keystrokes: typing(100, 60_000), seed }).sent.map(
      ({ lost }) => lost,
    );
  expect(lostWith(7)).toEqual(lostWith(7));
  expect(lostWith(7)).not.toEqual(lostWith(8));
});

const scenes = fc.record({
  refreshMs: fc.integer({ min: 1, max: 10_000 }),
  idleStopMs: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
  expiryMs: fc.integer({ min: 1, max: 10_000 }),
  delayMs: fc.integer({ min: 0, max: 3000 }),
  lossRate: fc.constantFrom(0, 0.3, 1),
  seed: fc.integer(),
  keystrokes: fc
    .array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 40 })
    .map((times) => times.sort((one, other) => one - other)),
});

it('what is shown and what is missing is together what was written, and none of it twice', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { writing, shown, gaps, stuck } = checkTyping(scene);
      const total = (spans: { from: number; to: number }[]) =>
        spans.reduce((sum, { from, to }) => sum + to - from, 0);
      expect(total(writing) + total(stuck)).toBe(total(shown) + total(gaps));
    }),
  );
});
