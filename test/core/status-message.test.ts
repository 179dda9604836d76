import { expect, it } from 'vitest';
import type { PublishRequest } from '../../server/core/publish-request.ts';
import { encodeMessageUIDs, StatusMessage } from '../../server/core/status-message.ts';

const request: PublishRequest = {
  channelType: 'PERSON',
  fromUserId: 'alice',
  toUserIds: ['bob', '"carol"'],
  objectName: 'app:mood',
  content: 'fine',
  verifyBlacklist: false,
  includeSender: false,
};
const rows = [
  { userId: 'bob', messageUID: 'U0' },
  { userId: '"carol"', messageUID: 'U1' },
];

it('A1 the answer has a row for each recipient', () => {
  const message = new StatusMessage(request, ['U0', 'U1'], 1);
  expect(message.recipientUIDs()).toEqual(rows);
});

it('A1 the list that is written by hand is the JSON of these rows', () => {
  const message = new StatusMessage(request, ['U0', 'U1'], 1);
  expect(encodeMessageUIDs(message)).toBe(JSON.stringify(rows));
});

it('A4 recipients who have no messageUID of their own share the first', () => {
  const message = new StatusMessage(request, ['U0'], 1);
  expect([message.messageUIDOf(0), message.messageUIDOf(1)]).toEqual(['U0', 'U0']);
});

it('A1 a message to a group has one row, for the group', () => {
  const message = new StatusMessage({ ...request, channelType: 'GROUP', groupId: 'team' }, ['U0'], 1);
  expect(message.groupUID()).toEqual({ groupId: 'team', messageUID: 'U0' });
  expect(JSON.parse(encodeMessageUIDs(message))).toEqual([{ groupId: 'team', messageUID: 'U0' }]);
});

it('a message is encoded once in each way', () => {
  const message = new StatusMessage(request, ['U0', 'U1'], 1);
  let count = 0;
  const encode = () => ++count;
  expect([message.encodedBy(encode), message.encodedBy(encode), message.encodedBy(() => 7)]).toEqual([
    1, 1, 7,
  ]);
});

it('B1.15 a message to whoever is online is a broadcast, and no other is', () => {
  const types = ['PERSON', 'GROUP', 'SYSTEM'] as const;
  const messages = types.map((channelType) => new StatusMessage({ ...request, channelType }, ['U0'], 1));
  expect(messages.map(({ isBroadcast }) => isBroadcast)).toEqual([false, false, true]);
});
