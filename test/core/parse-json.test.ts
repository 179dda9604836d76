import { expect, it, vi } from 'vitest';
import { parseJson } from '../../server/core/parameters.ts';

const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number) => '{"a":'.repeat(levels) + 1 + '}'.repeat(levels);

const inText = JSON.stringify({ '[[': `\\"${'[{'.repeat(40)}`, [`"${'['.repeat(40)}`]: ['}'] });

it.each([lists(32), objects(32), `[${lists(31)},${lists(31)}]`, inText])('32 levels are read: %s', (text) => {
  expect(JSON.stringify(parseJson(text, 'The body'))).toBe(text);
});

it.each([
  ['33 lists', lists(33)],
  ['33 objects', objects(33)],
  ['33 levels behind other values', `[1,"a",null,[],${objects(32)}]`],
  ['33 levels behind texts that only look like some', `["}]}]","\\\\","\\"]",${lists(32)}]`],
  ['400,000 lists', lists(400_000)],
  ['100,000 objects', objects(100_000)],
])('%s are refused', (_, text) => {
  expect(() => parseJson(text, 'The body')).toThrow('The body is nested too deeply: at most 32 levels.');
});

it('what is nested too deeply is not parsed: that alone would take half a second', () => {
  const parse = vi.spyOn(JSON, 'parse');
  expect(() => parseJson(lists(400_000), 'The body')).toThrow();
  expect(parse).not.toHaveBeenCalled();
});

it('what is no JSON is refused', () => {
  expect(() => parseJson('{"a"', 'The frame')).toThrow('The frame is not JSON.');
});
