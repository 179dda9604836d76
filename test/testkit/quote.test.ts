import { expect, it } from 'vitest';
import { quote, quoteSome } from '../../client-sim/claims/quote.ts';

it('a text cannot break the line it stands in', () => {
  expect(quote('a"\n')).toBe('"a\\"\\n"');
});

it('a long value is clipped, and its length told', () => {
  expect(quote('x'.repeat(1000))).toBe(`"${'x'.repeat(199)}… (1002 characters)`);
});

it('a value of 200 characters is not clipped', () => {
  expect(quote('x'.repeat(198))).toBe(`"${'x'.repeat(198)}"`);
});

it('a matcher goes by its name', () => {
  expect(quote({ a: expect.any(Number), b: [expect.stringContaining('x')] })).toBe(
    '{"a":"Any<Number>","b":["StringContaining"]}',
  );
});

it('of many texts the first are named', () => {
  expect(quoteSome(['a', 'b', 'c'], 2)).toBe('"a", "b" and 1 more');
  expect(quoteSome([...'abcdef'])).toBe('"a", "b", "c", "d", "e" and 1 more');
});
