import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkTyping } from '../../client-sim/typing-check.js';
import { type TypingPreset, typingPresets } from '../../client-sim/typing-presets.js';

const page = join(import.meta.dirname, '../../client-sim/testkit/typing.md');
const delays = [0, 200, 1000];
const losses = [0, 0.05, 0.2];
const minutes = 25;

/** A key each 290 ms; after 16 seconds of them the user thinks for 4. */
const keystrokes = Array.from({ length: 207 }, (_, index) => index * 290).filter(
  (at) => at % 20_000 < 16_000,
);

it('the table of the seven products says what checkTyping says', () => {
  const rows = Object.values(typingPresets).flatMap((preset) =>
    delays.map((delayMs) => rowOf(preset, delayMs)),
  );
  const head = [
    '| product, timers | delay | no loss | 5 % lost | 20 % lost |',
    '| --- | --- | --- | --- | --- |',
  ];
  expect(readFileSync(page, 'utf8')).toContain([...head, ...rows].join('\n'));
});

function rowOf(preset: TypingPreset, delayMs: number): string {
  const timers = [preset.refreshMs, preset.idleStopMs, preset.expiryMs].map((ms) => (ms ? ms / 1000 : '–'));
  const cells = losses.map((lossRate) => cellOf(preset, delayMs, lossRate));
  const name = delayMs === 0 ? `${preset.product}, ${timers.join(' / ')}` : '';
  return `| ${name} | ${delayMs / 1000} s | ${cells.join(' | ')} |`;
}

function cellOf(preset: TypingPreset, delayMs: number, lossRate: number): string {
  const checks = Array.from({ length: lossRate === 0 ? 1 : minutes }, (_, index) => {
    return checkTyping({ ...preset, keystrokes, delayMs, lossRate, seed: index + 1 });
  });
  const flickers = checks.reduce((sum, check) => sum + check.flickers, 0) / checks.length;
  const stuckMs = Math.max(...checks.map((check) => check.stuckMs));
  return `${Number(flickers.toFixed(1))}× · ${Number((stuckMs / 1000).toFixed(1))} s`;
}
