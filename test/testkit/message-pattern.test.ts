import { describe, expect, it } from 'vitest';
import { describeDifference } from '../../client-sim/claims/difference.ts';
import { type MessagePattern, mismatches } from '../../client-sim/claims/message-pattern.ts';
import { echoFrame, statusFrame } from '../client-sim/scripted-server.ts';

const content = '{"user":{"name":"ann","age":7},"tags":["a","b"]}';
const message = statusFrame({ fromUserId: 'alice', objectName: 'my:user', content });

const sentences = (
  pattern: MessagePattern,
  frame: typeof message | ReturnType<typeof echoFrame> = message,
) => {
  return mismatches(frame, pattern).map(describeDifference);
};

describe('a pattern', () => {
  it('that names nothing matches every status message', () => {
    expect(sentences({})).toEqual([]);
  });

  it('matches an echo only by its type', () => {
    expect(sentences({}, echoFrame())).toEqual(['type is "echo", not "status"']);
    expect(sentences({ type: 'echo' }, echoFrame())).toEqual([]);
  });

  it('compares each field that it names', () => {
    expect(sentences({ fromUserId: 'dave', objectName: 'my:user', groupId: 'g' })).toEqual([
      'fromUserId is "alice", not "dave"',
      'groupId is missing, not "g"',
    ]);
  });

  it('compares a list item by item', () => {
    const messageUIDs = [{ userId: 'bob', messageUID: '5FGT-7VA9-G4DD-4V5P' }];
    expect(sentences({ type: 'echo', messageUIDs }, echoFrame())).toEqual([]);
    expect(sentences({ type: 'echo', messageUIDs: [] }, echoFrame())).toEqual([
      'messageUIDs.0 is {"userId":"bob","messageUID":"5FGT-7VA9-G4DD-4V5P"}, not missing',
    ]);
  });
});

describe('the content of a pattern', () => {
  it('as a text is compared to the letter', () => {
    expect(sentences({ content })).toEqual([]);
    expect(sentences({ content: '{"a": 1}' }, { ...message, content: '{"a":1}' })).toEqual([
      'content is "{\\"a\\":1}", not "{\\"a\\": 1}"',
    ]);
  });

  it('as an object is compared with the parsed JSON', () => {
    expect(sentences({ content: { tags: ['a', 'b'], user: { age: 7, name: 'ann' } } })).toEqual([]);
  });

  it('as an object names each place that differs', () => {
    expect(sentences({ content: { user: { name: 'bob', age: 7, town: 'x' }, tags: ['a'] } })).toEqual([
      'content.user.name is "ann", not "bob"',
      'content.user.town is missing, not "x"',
      'content.tags.1 is "b", not missing',
    ]);
  });

  it('as an object does not match a list of the same values', () => {
    expect(sentences({ content: { 0: 'a' } }, { ...message, content: '["a"]' })).toEqual([
      'content is ["a"], not {"0":"a"}',
    ]);
  });

  it('as an object does not match what is no JSON', () => {
    expect(sentences({ content: { a: 1 } }, { ...message, content: 'hello' })).toEqual([
      'content is "hello", not {"a":1}',
    ]);
  });

  it('may hold matchers, which are asked', () => {
    const tags = expect.arrayContaining(['b']);
    expect(sentences({ content: { user: expect.objectContaining({ name: 'ann' }), tags } })).toEqual([]);
    expect(sentences({ content: { user: expect.anything(), tags: expect.any(String) } })).toEqual([
      'content.tags is ["a","b"], not "Any<String>"',
    ]);
  });

  it('may be a matcher, of the text or of the parsed JSON', () => {
    expect(sentences({ content: expect.stringContaining('"ann"') })).toEqual([]);
    expect(sentences({ content: expect.objectContaining({ tags: ['a', 'b'] }) })).toEqual([]);
    expect(sentences({ content: expect.stringContaining('bob') })).toHaveLength(1);
  });
});
