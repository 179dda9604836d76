import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable } from '../../client-sim/cli/printable.ts';
import { holds } from '../fixtures/property.ts';

it.each([
  ['a line feed', 'a\nb', 'a\\nb'],
  ['an escape sequence', '\u001b[2J', '\\u001b[2J'],
  ['a one-byte escape sequence', '\u009b2J', '\\u009b2J'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['text that is turned around', '\u202egnp.exe', '\\u202egnp.exe'],
  ['half a character', '\ud83d', '\\ud83d'],
  ['an invisible character beyond 16 bits', '\u{e0041}', '\\udb40\\udc41'],
])('%s is written as an escape', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

it.each(['alice@example.org', '小明', 'Zoë', '👩‍👩‍👧', '<b>&\\"'])('%s stays as it is', (text) => {
  expect(printable(text)).toBe(text);
});

it('JSON stays the same JSON', () => {
  holds(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(printable(JSON.stringify(text)))).toBe(text);
    }),
  );
});
