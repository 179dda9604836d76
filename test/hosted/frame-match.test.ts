import { expect, it } from 'vitest';
import { matches, parseFrameMatch } from '../../server/hosted/frame-match.ts';
import { echoFrame, statusFrame } from '../client-sim/scripted-server.ts';

const status = statusFrame({ fromUserId: 'bob', objectName: 'app:mood', content: '{"a":1}', sentTime: 7 });
const echo = echoFrame({ messageUIDs: [{ userId: 'bob', messageUID: '5FGT-7VA9-G4DD-4V5P' }] });

const rows = [
  { title: 'nothing asked for matches any frame', frame: status, match: {}, expected: true },
  { title: 'one field matches', frame: status, match: { fromUserId: 'bob' }, expected: true },
  { title: 'all fields match', frame: status, match: { ...status }, expected: true },
  { title: 'one of two differs', frame: status, match: { type: 'status', sentTime: 8 }, expected: false },
  { title: 'a content matches as a text', frame: status, match: { content: '{"a":1}' }, expected: true },
  {
    title: 'a content of other spelling differs',
    frame: status,
    match: { content: '{ "a":1}' },
    expected: false,
  },
  {
    title: 'a field of the other kind of frame is not there',
    frame: echo,
    match: { messageUID: 'x' },
    expected: false,
  },
  {
    title: 'a list matches by what it holds',
    frame: echo,
    match: { messageUIDs: structuredClone(echo.messageUIDs) },
    expected: true,
  },
  { title: 'a list of other values differs', frame: echo, match: { messageUIDs: [] }, expected: false },
];

it.for(rows)('B6 $title', ({ frame, match, expected }) => {
  expect(matches(frame, match)).toBe(expected);
});

it('B6 a match is read from JSON', () => {
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

it.for(refusals)('B6 a match that no frame can meet is refused: %s', ([text, sentence]) => {
  expect(() => parseFrameMatch(text)).toThrow(sentence);
});
