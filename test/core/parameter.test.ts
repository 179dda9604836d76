import { expect, it } from 'vitest';
import {
  digitsParameter,
  joined,
  jsonParameter,
  optionally,
  pageOf,
  tokenParameter,
} from '../../server/core/form-parameters.ts';
import {
  bytesParameter,
  choiceParameter,
  fieldsOf,
  flagParameter,
  idParameter,
  idsParameter,
  numberParameter,
  optional,
  type Parameter,
  textParameter,
} from '../../server/core/parameters.ts';

const about = { description: 'What it is.', example: 'x' };
const id = { type: 'string', minLength: 1, maxLength: 64 };
const ids = { type: 'array', items: id, minItems: 1, maxItems: 3 };

interface Row {
  make(): Parameter;
  required: boolean;
  schema: object;
  jsonSchema?: object;
  takes: [unknown, unknown][];
  refuses: [unknown, string][];
}

const rows: Record<string, Row> = {
  'an id': {
    make: () => idParameter('n', about),
    required: true,
    schema: id,
    takes: [['bob', 'bob']],
    refuses: [[null, 'The parameter n is required.']],
  },
  ids: {
    make: () => idsParameter('n', 3, about),
    required: true,
    schema: ids,
    jsonSchema: { oneOf: [id, ids] },
    takes: [
      ['bob', ['bob']],
      [
        ['b', 'a', 'b'],
        ['b', 'a'],
      ],
    ],
    refuses: [[['a', 'b', 'c', 'd'], 'the number of n should less than 3.']],
  },
  'a text': {
    make: () => textParameter('n', 3, about),
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 3 },
    takes: [['abc', 'abc']],
    refuses: [['abcd', 'The parameter n is too long: 4 characters, at most 3.']],
  },
  'a text with a limit in bytes': {
    make: () => bytesParameter('n', 3, about),
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 3 },
    takes: [['猫', '猫']],
    refuses: [
      ['猫a', 'The parameter n is too long: 4 bytes, at most 3.'],
      ['', 'The parameter n is required.'],
    ],
  },
  'a choice': {
    make: () => choiceParameter('n', ['one', 'two', 'three'], about),
    required: true,
    schema: { type: 'string', enum: ['one', 'two', 'three'] },
    takes: [['two', 'two']],
    refuses: [
      ['four', 'The parameter n must be one, two or three.'],
      [null, 'The parameter n is required.'],
    ],
  },
  'a flag': {
    make: () => flagParameter('n', about),
    required: false,
    schema: { type: 'string', enum: ['0', '1'], default: '0' },
    jsonSchema: { enum: [0, 1, '0', '1', false, true], default: 0 },
    takes: [
      ['1', true],
      [undefined, false],
    ],
    refuses: [['2', 'The parameter n must be 0 or 1.']],
  },
  'a number': {
    make: () => numberParameter('n', 3, 7, about),
    required: true,
    schema: { type: 'integer', minimum: 3, maximum: 7 },
    takes: [
      [3, 3],
      [7, 7],
    ],
    refuses: [
      [undefined, 'The parameter n is required.'],
      ...[2, 8, 3.5, '4', true, {}, null, []].map((value): [unknown, string] => {
        return [value, 'The parameter n must be a whole number from 3 to 7.'];
      }),
    ],
  },
  'a probability': {
    make: () => numberParameter('n', 0, 1, about, 'number'),
    required: true,
    schema: { type: 'number', minimum: 0, maximum: 1 },
    takes: [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ],
    refuses: [-0.1, 1.1, '0.5', true, null, []].map((value) => {
      return [value, 'The parameter n must be a number from 0 to 1.'];
    }),
  },
  'one that may be absent': {
    make: () => optional(idParameter('n', about)),
    required: false,
    schema: id,
    takes: [
      ['bob', 'bob'],
      [undefined, undefined],
    ],
    refuses: [
      ['', 'The parameter n is required.'],
      [null, 'The parameter n is required.'],
    ],
  },
  'one that may be empty': {
    make: () => optionally(digitsParameter('n', 1, 3, about)),
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 3 },
    takes: [
      ['', undefined],
      [undefined, undefined],
      ['3', 3],
    ],
    refuses: [['0', 'The parameter n must be a whole number from 1 to 3.']],
  },
  digits: {
    make: () => digitsParameter('n', 0, 3, about),
    required: true,
    schema: { type: 'integer', minimum: 0, maximum: 3 },
    takes: [
      ['0', 0],
      ['03', 3],
    ],
    refuses: [
      ['', 'The parameter n is required.'],
      ...['4', '-1', '1.5', '1e0', ' 1', '0x1', '9'.repeat(17)].map((text): [string, string] => {
        return [text, 'The parameter n must be a whole number from 0 to 3.'];
      }),
    ],
  },
  'ids joined by commas': {
    make: () => joined(idsParameter('n', 3, about)),
    required: true,
    schema: ids,
    jsonSchema: { oneOf: [id, ids] },
    takes: [
      ['b,a,,b', ['b', 'a']],
      [
        ['b', 'a,c'],
        ['b', 'a', 'c'],
      ],
    ],
    refuses: [
      [',', 'The parameter n is required.'],
      [['a,b', 'c,d'], 'the number of n should less than 3.'],
    ],
  },
  'a JSON object': {
    make: () => jsonParameter('n', 9, about),
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 9 },
    takes: [['{"a": 1}', '{"a": 1}']],
    refuses: [
      ['{"a":"bc"}', 'The parameter n is too long: 10 bytes, at most 9.'],
      ['[]', 'The parameter n must be a JSON object.'],
      ['{', 'The parameter n is not JSON.'],
    ],
  },
  'a token of a page': {
    make: () => tokenParameter('n', about),
    required: true,
    schema: { type: 'string' },
    takes: [[pageOf(['a', 'b', 'c'], 1, undefined, true).next, 2]],
    refuses: [['made up', 'The parameter n must be one from an earlier answer.']],
  },
};

it.each(Object.entries(rows))('B3.2 %s is described as it is read', (_, { make, ...row }) => {
  const { name, required, schema, jsonSchema, description, example } = make();
  expect({ name, required, schema, jsonSchema, description, example }).toEqual({
    name: 'n',
    required: row.required,
    schema: row.schema,
    jsonSchema: row.jsonSchema,
    ...about,
  });
});

it.each(Object.entries(rows))(
  'B3.2 %s is read, or refused with a sentence that names it',
  (_, { make, takes, refuses }) => {
    const read = (value: unknown) => make().read(fieldsOf({ n: value }));
    for (const [value, expected] of takes) expect(read(value)).toEqual(expected);
    for (const [value, sentence] of refuses) expect(() => read(value)).toThrow(sentence);
  },
);

/** Follows the tokens from the first page to the last. */
function pagesOf(items: string[], size: number, newestFirst: boolean): string[][] {
  const pages: string[][] = [];
  let at: number | undefined;
  for (;;) {
    const { page, next } = pageOf(items, size, at, newestFirst);
    pages.push(page);
    if (next === undefined) return pages;
    at = tokenParameter('n', about).read(fieldsOf({ n: next }));
  }
}

it('B10.7 pages have each item once, in order, and the last has no token', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  for (let size = 1; size <= 6; size++) {
    expect(pagesOf(items, size, false).flat()).toEqual(items);
    expect(pagesOf(items, size, true).flat()).toEqual(items.toReversed());
    expect(pagesOf(items, size, true)).toHaveLength(Math.ceil(items.length / size));
  }
  expect([pagesOf([], 2, true), pagesOf([], 2, false)]).toEqual([[[]], [[]]]);
});
