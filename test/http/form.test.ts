import { describe, expect, it } from 'vitest';
import { parseForm } from '../../server/http/form.ts';

describe('A3 a form is read as the SDKs write it', () => {
  it.each<[what: string, body: string, fields: Record<string, string[]>]>([
    ['escapes of either case', 'a=%7b%7D', { a: ['{}'] }],
    ['a plus for a space', 'a=1+2', { a: ['1 2'] }],
    ['all kinds of spaces', 'a=1+2%203 4', { a: ['1 2 3 4'] }],
    ['an escaped plus and percent sign', 'a=%2B%25', { a: ['+%'] }],
    ['escaped delimiters', 'a=%26%3D&b=%26', { a: ['&='], b: ['&'] }],
    ['an equals sign in a value', 'a=b=c', { a: ['b=c'] }],
    ['a name with escapes', '%61+b=1', { 'a b': ['1'] }],
    ['a name written in two ways', 'a=1&%61=2&a=3', { a: ['1', '2', '3'] }],
    ['a name again, behind another', 'a=1&b=2&a=3', { a: ['1', '3'], b: ['2'] }],
    ['names without a value', 'a&b=&c', { a: [''], b: [''], c: [''] }],
    ['a value without a name', '=1', { '': ['1'] }],
    ['nothing between delimiters', '&a=1&&b=2&', { a: ['1'], b: ['2'] }],
    ['raw UTF-8', 'a=你好&b=😀', { a: ['你好'], b: ['😀'] }],
    ['escaped UTF-8', 'a=%E4%BD%A0&b=%F0%9F%98%80', { a: ['你'], b: ['😀'] }],
    ['both in one value', 'a=你%E5%A5%BD+1', { a: ['你好 1'] }],
    ['the replacement character', 'a=\uFFFD&b=%EF%BF%BD', { a: ['\uFFFD'], b: ['\uFFFD'] }],
    ['the replacement character before others', 'a=%EF%BF%BD😀😀', { a: ['\uFFFD😀😀'] }],
  ])('A3 %s', (_, body, fields) => {
    expect(Object.fromEntries(parseForm(Buffer.from(body)))).toEqual(fields);
  });
});

describe('B3.8 what is not form-encoded UTF-8 is refused', () => {
  it.each<[what: string, body: string]>([
    ['a percent sign alone', 'a=%'],
    ['a percent sign before a delimiter', 'a=%&b=1'],
    ['half an escape', 'a=%4&b=1'],
    ['half an escape at the end', 'a=%4'],
    ...[...'/:@G`g'].map((beside) => [`${beside} for a digit`, `a=%4${beside}`] satisfies [string, string]),
    ['an escape in a name', '%zz=1'],
    ['an escaped byte that is no UTF-8', 'a=%FF'],
    ['a cut escaped character', 'a=%E4%BD'],
    ['an escaped half of a surrogate pair', 'a=%ED%A0%80'],
    ['one beside a replacement character', 'a=%EF%BF%BD%FF'],
  ])('B3.8 %s', (_, body) => {
    expect(() => parseForm(Buffer.from(body))).toThrow('not decodable');
  });

  it.each(['\xFF', '\xE4%BD%A0', '%E4%BD\xA0'])('B3.8 raw bytes that are no UTF-8: %j', (value) => {
    expect(() => parseForm(Buffer.from(`a=${value}`, 'latin1'))).toThrow('not decodable');
  });
});
