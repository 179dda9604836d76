import { expect, it } from 'vitest';
import {
  characters,
  fieldsOf,
  flagParameter,
  idsParameter,
  requiredText,
} from '../../server/core/parameters.ts';

/** The refusal, as its code and its sentence. */
function refusal(read: () => unknown): [number, string] | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    const { name, code, message } = error as Error & { code: number };
    expect(name).toBe('ApiError');
    return [code, message];
  }
}

const fields = (value: unknown) => fieldsOf({ n: value });
const about = { description: '', example: undefined };
const flag = flagParameter('n', about);

it.each([null, undefined, [], [1], 'text', 7, true])('%j is no JSON object', (json) => {
  expect(refusal(() => fieldsOf(json))).toEqual([1002, 'The body must be a JSON object.']);
});

it('who asked for it is named', () => {
  expect(refusal(() => fieldsOf(7, 'The frame'))).toEqual([1002, 'The frame must be a JSON object.']);
});

it('a list is a repeated name, and null a value', () => {
  expect([...fieldsOf({ a: [1, 2], b: null, c: undefined, d: 0, e: [] })]).toEqual([
    ['a', [1, 2]],
    ['b', [null]],
    ['d', [0]],
    ['e', []],
  ]);
});

it.each([
  [0, false],
  ['0', false],
  [false, false],
  [1, true],
  ['1', true],
  [true, true],
  [undefined, false],
])('B3.7 the flag %j is %j', (value, expected) => {
  expect(flag.read(fields(value))).toBe(expected);
});

it.each([null, [], [null], 2, 'true'])('B3.7 %j is no flag', (value) => {
  expect(refusal(() => flag.read(fields(value)))).toEqual([1002, 'The parameter n must be 0 or 1.']);
});

it.each([null, [], ''])('B3.2 %j is no text where one is required', (value) => {
  expect(refusal(() => requiredText(fields(value), 'n'))).toEqual([1002, 'The parameter n is required.']);
});

it('B3.4 characters are code points, and the limit itself is not over it', () => {
  expect(characters('a😀猫')).toBe(3);
  expect(requiredText(fields('😀'.repeat(64)), 'n', 64)).toBe('😀'.repeat(64));
  const sentence = 'The parameter n is too long: 65 characters, at most 64.';
  expect(refusal(() => requiredText(fields('😀'.repeat(65)), 'n', 64))).toEqual([1005, sentence]);
});

it('B3.3 the limit counts values as sent, and B1.4 takes each once', () => {
  const ids = idsParameter('n', 3, about);
  expect(ids.read(fields(['b', 'a', 'b']))).toEqual(['b', 'a']);
  expect(refusal(() => ids.read(fields(['b', 'a', 'b', 'b'])))).toEqual([
    1002,
    'the number of n should less than 3.',
  ]);
});
