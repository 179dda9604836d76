import { expect, it } from 'vitest';
import { integer, object, text } from '../../server/protocol/json-schema.ts';

it('B6.1 an object is described by the fields that it must have, and those that it may have', () => {
  expect(object({ code: integer }, { url: text })).toEqual({
    type: 'object',
    required: ['code'],
    properties: { code: integer, url: text },
  });
});
