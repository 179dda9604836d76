import { expect, it } from 'vitest';
import type { PublishRequest } from '../../server/core/publish-request.ts';
import {
  encodeMessageUIDs,
  MessageUIDs,
  oncePerMessage,
  StatusMessage,
} from '../../server/core/status-message.ts';

const request: PublishRequest = {
  channelType: 'PERSON',
  fromUserId: 'alice',
  toUserIds: ['bob', '"carol"'],
  objectName: 'app:mood',
  content: 'fine',
  verifyBlacklist: false,
  includeSender: false,
};
const uids = new MessageUIDs('5GSBRPM1KP8H', 2);
const uidOfAll = new MessageUIDs('5GSBRPM1KP8H', 1);
const rows = [
  { userId: 'bob', messageUID: uids.of(0) },
  { userId: '"carol"', messageUID: uids.of(1) },
];

it('A1 the answer has a row for each recipient', () => {
  const message = new StatusMessage(request, uids, 1);
  expect(message.recipientUIDs()).toEqual(rows);
});

it('A1 the list that is written by hand is the JSON of these rows', () => {
  const message = new StatusMessage(request, uids, 1);
  expect(encodeMessageUIDs(message)).toBe(JSON.stringify(rows));
});

it.each([
  ...['bob', 'a b', '/', '"', '\\', '\b\f\n\r\t', '\u0000', '\u001f', ' ', '\u007f', '\u2028'],
  ...['猫', '😀', '\u{10ffff}', '\ud800', '\udfff', '\ud7ff', '\ue000', '__proto__'],
])('A1 an id in it is as JSON has it: %j', (userId) => {
  const message = new StatusMessage({ ...request, toUserIds: [userId] }, uidOfAll, 1);
  expect(encodeMessageUIDs(message)).toBe(JSON.stringify([{ userId, messageUID: uidOfAll.of(0) }]));
});

it('A1 a message to a group has one row, for the group', () => {
  const message = new StatusMessage({ ...request, channelType: 'GROUP', groupId: 'team' }, uidOfAll, 1);
  expect(message.groupUID()).toEqual({ groupId: 'team', messageUID: uids.of(0) });
  expect(JSON.parse(encodeMessageUIDs(message))).toEqual([{ groupId: 'team', messageUID: uids.of(0) }]);
});

it('a message is encoded once in each way', () => {
  const messages = [1, 2].map((sentTime) => new StatusMessage(request, uids, sentTime));
  let count = 0;
  const encode = oncePerMessage(({ sentTime }) => `${sentTime} by call ${++count}`);
  expect([...messages, ...messages].map(encode)).toEqual([
    '1 by call 1',
    '2 by call 2',
    '1 by call 1',
    '2 by call 2',
  ]);
});

it('B1.15 a message to whoever is online is a broadcast, and no other is', () => {
  const types = ['PERSON', 'GROUP', 'SYSTEM'] as const;
  const messages = types.map((channelType) => new StatusMessage({ ...request, channelType }, uidOfAll, 1));
  expect(messages.map(({ isBroadcast }) => isBroadcast)).toEqual([false, false, true]);
});
