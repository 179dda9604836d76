import { expect, it } from 'vitest';
import {
  characters,
  fieldsOf,
  flagParameter,
  idsParameter,
  optional,
  readAll,
  refuseBoth,
  requiredText,
  textParameter,
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

it('all parameters are read by their names, and absent ones have no value', () => {
  const parameters = { first: textParameter('a', 9, about), other: optional(textParameter('b', 9, about)) };
  expect(readAll(parameters, fieldsOf({ a: 'x', b: 'y', c: 'z' }))).toStrictEqual({ first: 'x', other: 'y' });
  expect(readAll(parameters, fieldsOf({ a: 'x' }))).toStrictEqual({ first: 'x' });
  expect(refusal(() => readAll(parameters, fieldsOf({ b: 'y' })))).toEqual([
    1002,
    'The parameter a is required.',
  ]);
});

it('of two that exclude each other, one may be given', () => {
  expect(refusal(() => refuseBoth(fieldsOf({ a: 1, b: 1 }), 'a', 'b'))).toEqual([
    1002,
    'The parameters a and b exclude each other.',
  ]);
  for (const given of [{}, { a: 1 }, { b: 1 }]) refuseBoth(fieldsOf(given), 'a', 'b');
});
