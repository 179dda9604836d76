import { expect, it } from 'vitest';
import { closeCodeParameter } from '../../server/core/form-parameters.ts';
import { fieldsOf } from '../../server/core/parameters.ts';

const code = closeCodeParameter('code', { description: 'A code.', example: '4011' });
const read = (text: string) => code.read(fieldsOf({ code: text }));

it.each(['1000', '1003', '1007', '1009', '1010', '1014', '3000', '3999', '4000', '4999'])(
  'B6.3 a server may close with %s',
  (text) => {
    expect(read(text)).toBe(Number(text));
  },
);

it('B6.3 none and cut are what a client then sees', () => {
  expect([read('none'), read('cut')]).toEqual([1005, 1006]);
});

it.each([
  '1004',
  '1005',
  '1006',
  '1015',
  '999',
  '2000',
  '5000',
  '41000',
  '40000',
  '400',
  'x1000',
  '1000x',
  '3abc',
  'no',
])('B6.3 %s is no code that a server may close with', (text) => {
  expect(() => read(text)).toThrow(
    'The parameter code must be 1000 to 1014 but for 1004 to 1006, 3000 to 4999, none, or cut.',
  );
});

it('B6.3 the code is documented as a text', () => {
  expect(code).toMatchObject({
    name: 'code',
    required: true,
    schema: { type: 'string' },
    description: 'A code.',
    example: '4011',
  });
});
