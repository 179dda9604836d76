import pc from 'picocolors';
import { expect, it } from 'vitest';
import { frameLine } from '../../client-sim/cli/frame-line.ts';
import type { EchoFrame, StatusFrame } from '../../client-sim/index.ts';

const status: StatusFrame = {
  type: 'status',
  messageUID: 'u',
  channelType: 'PERSON',
  fromUserId: 'alice',
  objectName: 'app:mood',
  content: 'fine',
  sentTime: 0,
};

const lineOf = (frame: StatusFrame | EchoFrame) =>
  frameLine('bob', frame, 5, pc.createColors(false)).slice(14);

it('the users stand in a column', () => {
  expect(lineOf(status)).toBe('bob    from alice  app:mood  fine');
});

it('an echo to many counts them', () => {
  const messageUIDs = ['carol', 'dave', 'erin'].map((userId) => ({ userId, messageUID: 'u' }));
  const { messageUID: _, ...rest } = status;
  expect(lineOf({ ...rest, type: 'echo', messageUIDs })).toBe(
    'bob    echo to carol and 2 more  app:mood  fine',
  );
});

it('a long content is cut, and its length told', () => {
  expect(lineOf({ ...status, content: 'x'.repeat(501) })).toMatch(/ {2}x{500}… \(501 characters\)$/);
});
