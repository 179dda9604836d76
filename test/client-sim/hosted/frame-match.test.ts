import { expect, it } from 'vitest';
import { parseFrameMatch } from '../../../client-sim/hosted/frame-match.ts';

it('B6.4 a match is read from JSON', () => {
  expect(parseFrameMatch('{"fromUserId":"bob","sentTime":7}')).toEqual({ fromUserId: 'bob', sentTime: 7 });
});

const refusals = [
  ['{"fromUserId"', 'The parameter match is not JSON.'],
  ['null', 'The parameter match must be a JSON object.'],
  ['["bob"]', 'The parameter match must be a JSON object.'],
  [
    '{"fromUser":"bob"}',
    /^The parameter match has the field "fromUser", which no frame has: there are type, .*fromUserId/,
  ],
  ['{"constructor":"x"}', /"constructor", which no frame has/],
  ['{"content":{"a":1}}', 'The parameter match must have a text as its content, as the frame has it.'],
  ['{"sentTime":"7"}', 'The parameter match must have a number as its sentTime, as the frame has it.'],
  ['{"messageUIDs":null}', 'The parameter match must have a list as its messageUIDs, as the frame has it.'],
] as const;

it.for(refusals)('B6.4 a match that no frame can meet is refused: %s', ([text, sentence]) => {
  expect(() => parseFrameMatch(text)).toThrow(sentence);
});
