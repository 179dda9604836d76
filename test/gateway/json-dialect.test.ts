import { expect, it } from 'vitest';
import { MessageUIDs, StatusMessage } from '../../server/core/status-message.ts';
import { jsonDialect } from '../../server/gateway/json-dialect.ts';
import { payloadFor } from '../../server/gateway/plain-writer.ts';

const { encoding } = jsonDialect;
const messageUIDs = new MessageUIDs('5GSBRPM1KP8H', 1000);
const uid = messageUIDs.of(0);

const texts = [
  'fine',
  '{"a": 1}',
  '"\\/\b\f\n\r\t',
  '\u0000\u001f\u007f\u2028\u2029',
  '猫😀\u{10ffff}',
  '\ud800',
  uid,
];

function messageOf(text: string, userIds = [text, 'bob']): StatusMessage {
  const request = {
    channelType: 'PERSON',
    fromUserId: text,
    toUserIds: userIds,
    objectName: text,
    content: text,
    verifyBlacklist: true,
    includeSender: true,
  } as const;
  return new StatusMessage(request, new MessageUIDs('5GSBRPM1KP8H', 2), 1_795_424_866_000);
}

it.each(texts)('B5.5 a status frame escapes what JSON must: %j', (text) => {
  expect(JSON.parse(String(payloadFor(encoding.status(messageOf(text)), 1)))).toEqual({
    type: 'status',
    messageUID: messageUIDs.of(1),
    channelType: 'PERSON',
    fromUserId: text,
    objectName: text,
    content: text,
    sentTime: 1_795_424_866_000,
  });
});

it.each(texts)('B5.6 an echo frame escapes what JSON must: %j', (text) => {
  const [frame] = encoding.echo(messageOf(text));
  expect(JSON.parse(String(payloadFor(frame!, 0)))).toEqual({
    type: 'echo',
    messageUIDs: [
      { userId: text, messageUID: uid },
      { userId: 'bob', messageUID: messageUIDs.of(1) },
    ],
    channelType: 'PERSON',
    fromUserId: text,
    objectName: text,
    content: text,
    sentTime: 1_795_424_866_000,
  });
});

it('an echo frame is the same for every session', () => {
  const message = messageOf('fine');
  expect([...encoding.echo(message)]).toEqual([...encoding.echo(message)]);
  expect([...encoding.echo(message)][0]!.messageUIDs).toBeUndefined();
});
