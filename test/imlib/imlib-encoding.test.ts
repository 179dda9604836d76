import { expect, it } from 'vitest';
import { MessageUIDs, StatusMessage } from '../../server/core/status-message.ts';
import { pubAck, queryAck } from '../../server/gateway/imlib/frame.ts';
import { imlibEncoding } from '../../server/gateway/imlib/imlib-dialect.ts';
import { answerTo } from '../../server/gateway/imlib/imlib-session.ts';
import { payloadFor } from '../../server/gateway/plain-writer.ts';
import type { Session } from '../../server/presence/session.ts';
import { closeCodes } from '../../server/protocol/close-codes.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const uids = new MessageUIDs('5GSBRPM1KP8H', 2);
const uidOfAll = new MessageUIDs('5GSBRPM1KP8H', 1);

const request = {
  channelType: 'PERSON',
  fromUserId: 'alice',
  toUserIds: ['bob', 'carol'],
  objectName: 'app:mood',
  content: '好',
  verifyBlacklist: false,
  includeSender: true,
} as const;
const toUsers = new StatusMessage(request, uids, noon);
const toGroup = new StatusMessage({ ...request, channelType: 'GROUP', groupId: 'team' }, uidOfAll, noon);
const toAll = new StatusMessage({ ...request, channelType: 'SYSTEM' }, uidOfAll, noon);

// Each piece written out by hand.
const publish = '30 695661c0 0005735f6d7367 0000 0000'; // at noon, of s_msg, to nobody by name, number 0
const uid = '4a13 354753422d52504d312d4b5038482d30303030';
const otherUid = '4a13 354753422d52504d312d4b5038482d30303031';
const fromAlice = '0a05 616c696365';
const rest = '2208 6170703a6d6f6f64 2a03 e5a5bd 30 80acb7cbb733 3800'; // app:mood, 好, noon, no flags
const received = '5002 a00140'; // received, a status message
const sent = '5001 a00140';

const hex = (pieces: string) => pieces.replaceAll(' ', '');
const status = (message: StatusMessage, recipientIndex = 0) =>
  Buffer.from(payloadFor(imlibEncoding.status(message), recipientIndex)).toString('hex');
const echo = (message: StatusMessage) =>
  [...imlibEncoding.echo(message)].map((frame) => Buffer.from(payloadFor(frame, 0)).toString('hex'));

it('C5 a status message to a user', () => {
  expect(status(toUsers)).toBe(hex(`${publish} ${uid} ${fromAlice} 1001 ${rest} ${received}`));
});

it('C5 another recipient gets the same with another messageUID', () => {
  expect(status(toUsers, 1)).toBe(status(toUsers).replace(hex(uid), hex(otherUid)));
});

it('C5 a status message to a group names the group', () => {
  const group = '1003 1a04 7465616d';
  expect(status(toGroup)).toBe(hex(`${publish} ${uid} ${fromAlice} ${group} ${rest} ${received}`));
});

it('C5 a broadcast is of the kind that the system has', () => {
  expect(status(toAll)).toBe(hex(`${publish} ${uid} ${fromAlice} 1006 ${rest} ${received}`));
});

it('C5 a message that the service stores is no status message', () => {
  const stored = new StatusMessage({ ...request, stored: true }, uids, noon);
  expect(status(stored)).toBe(status(toUsers).replace(/40$/, '00'));
});

it('C6 an echo is one frame for each user it went to', () => {
  expect(echo(toUsers)).toEqual([
    hex(`${publish} ${uid} 0a03 626f62 1001 ${rest} ${sent}`),
    hex(`${publish} ${otherUid} 0a05 6361726f6c 1001 ${rest} ${sent}`),
  ]);
});

it('C6 an echo of a message to a group is one frame', () => {
  const group = '1003 1a04 7465616d';
  expect(echo(toGroup)).toEqual([hex(`${publish} ${uid} ${fromAlice} ${group} ${rest} ${sent}`)]);
});

it('C6 the echo to a thousand users is made as it is taken', () => {
  const many = Array.from({ length: 1000 }, (_, index) => `user ${index}`);
  const message = new StatusMessage(
    { ...request, toUserIds: many },
    new MessageUIDs('5GSBRPM1KP8H', 1000),
    noon,
  );
  const [first] = imlibEncoding.echo(message);
  expect(payloadFor(first!, 0).length).toBeLessThan(200);
});

it.for([
  { code: closeCodes.kicked, status: 1 },
  { code: closeCodes.disconnected, status: 2 },
  { code: closeCodes.shuttingDown, status: 6 },
])('C11 before the close code $code a DISCONNECT says $status', ({ code, status }) => {
  expect(imlibEncoding.farewell!(code)).toEqual(Buffer.from([0xe0, 0, status]));
});

it('C11 before any other close code nothing is said', () => {
  expect(imlibEncoding.farewell!(closeCodes.tooSlow)).toBeUndefined();
});

it.for([-1, 0.5, 2 ** 32 * 1000, 2 ** 53, Number.NaN])(
  'C5 a clock at %d ms breaks no frame, whatever the frame has room for',
  (at) => {
    const frames = () => [
      imlibEncoding.status(new StatusMessage(request, uids, at)),
      ...imlibEncoding.echo(new StatusMessage(request, uids, at)),
      imlibEncoding.greeting({ userId: 'bob', id: '1', openedAt: at } as Session),
      pubAck(1, at, 0),
      queryAck(1, at, 0, answerTo('pullMsg', at)!),
    ];
    expect(frames).not.toThrow();
  },
);

it('C5 a time beyond the frame is the last that it can tell', () => {
  const hexOf = (at: number) => pubAck(1, at, 0).toString('hex');
  expect(hexOf(2 ** 32 * 1000).slice(6, 14)).toBe('ffffffff');
});
