import { expect, it } from 'vitest';
import { MessageUIDs } from '../../server/core/message-uids.ts';
import { StatusMessage } from '../../server/core/status-message.ts';
import { EncodedFrame } from '../../server/gateway/encoded-frame.ts';
import { jsonEncoding } from '../../server/gateway/json-encoding.ts';

const messageUIDs = new MessageUIDs('5GSBRPM1KP8H', 1000);
const other = 999;
const uid = messageUIDs.of(0);
const otherUid = messageUIDs.of(other);
const addressing = { messageUIDs, at: 1 };
const sharedOverBytes = 16 * 1024;

/** Reads one unmasked frame by RFC 6455, section 5.2; throws when bytes are missing or left. */
function parse(bytes: Buffer) {
  const shortLength = bytes[1]! & 0x7f;
  const headerBytes = shortLength === 127 ? 10 : shortLength === 126 ? 4 : 2;
  let length = shortLength;
  if (headerBytes === 4) length = bytes.readUInt16BE(2);
  if (headerBytes === 10) length = Number(bytes.readBigUInt64BE(2));
  if (bytes.length !== headerBytes + length) throw new Error(`${bytes.length} bytes for ${length}`);
  return {
    final: (bytes[0]! & 0x80) !== 0,
    opcode: bytes[0]! & 0x7f,
    masked: (bytes[1]! & 0x80) !== 0,
    headerBytes,
    text: bytes.toString('utf8', headerBytes),
  };
}

/** All bytes as they go to one recipient. */
function bytesFor(frame: EncodedFrame, place = 0): Buffer {
  return Buffer.from(frame.addressedTo(place));
}

/** A frame whose payload has this many bytes, the messageUID behind the first of them. */
function frameOf(payloadBytes: number): EncodedFrame {
  return new EncodedFrame(`<${uid}${'x'.repeat(payloadBytes - 1 - uid.length)}`, addressing);
}

// The lengths at which the header changes (126 and 65,536), and at which it begins to share its memory.
const lengths = [
  ...[20, 124, 125, 126, 127, 128],
  ...[sharedOverBytes - 5, sharedOverBytes - 4, sharedOverBytes - 3],
  ...[65_534, 65_535, 65_536, 65_537, 131_072],
];

it.each([0, 1, ...lengths])('a frame for all of %i bytes is one whole text frame', (length) => {
  const text = 'x'.repeat(length);
  const frame = bytesFor(new EncodedFrame(text));
  expect(parse(frame)).toMatchObject({ final: true, opcode: 1, masked: false, text });
});

it.each(lengths)('a frame of %i bytes with a messageUID is one whole text frame', (length) => {
  const text = `<${uid}${'x'.repeat(length - 1 - uid.length)}`;
  expect(parse(bytesFor(frameOf(length)))).toMatchObject({
    final: true,
    opcode: 1,
    masked: false,
    text,
  });
});

it.each([
  [125, 2],
  [126, 4],
  [65_535, 4],
  [65_536, 10],
])('the header of a frame of %i bytes is the shortest, %i bytes', (length, headerBytes) => {
  expect(parse(bytesFor(frameOf(length))).headerBytes).toBe(headerBytes);
});

it.each(lengths)('a frame of %i bytes names each recipient in turn', (length) => {
  const frame = frameOf(length);
  const uids = [0, other, 0].map((place) => parse(bytesFor(frame, place)).text.slice(1, 20));
  expect(uids).toEqual([uid, otherUid, uid]);
});

it.each(lengths)('a frame of %i bytes has the same text for a connection that frames it itself', (length) => {
  const frame = frameOf(length);
  expect(frame.payloadFor(other)).toBe(parse(bytesFor(frame, other)).text);
});

it('the messageUID is placed by bytes, not by characters', () => {
  const frame = new EncodedFrame(`猫😀${uid}>`, { messageUIDs, at: Buffer.byteLength('猫😀') });
  expect(parse(bytesFor(frame, other)).text).toBe(`猫😀${otherUid}>`);
});

it.each(lengths)('a frame of %i bytes may be of several bytes a character', (length) => {
  const text = '猫😀'.repeat(length / 7);
  expect(parse(bytesFor(new EncodedFrame(`<${uid}${text}`, addressing))).text).toBe(`<${uid}${text}`);
});

it.each(lengths)('a frame of %i bytes may be binary, and holds every byte there is', (length) => {
  const bytes = Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
  bytes.write(uid, 1);
  const frame = new EncodedFrame(bytes, addressing);
  const payload = Buffer.from(bytes);
  payload.write(otherUid, 1);
  const sent = bytesFor(frame, other);
  expect(parse(sent)).toMatchObject({ final: true, opcode: 2, masked: false });
  expect(
    [sent.subarray(-length), frame.payloadFor(other)].map((each) => payload.equals(each as Buffer)),
  ).toEqual([true, true]);
});

it.each(lengths)('a frame of %i bytes goes among others, each with its own messageUID', (length) => {
  const frame = frameOf(length);
  const { length: frameLength } = frame.bytes;
  const target = Buffer.alloc(2 * frameLength + 3, '.');
  frame.copyTo(target, 1, 0);
  frame.copyTo(target, 1 + frameLength, other);
  const expected = `.${bytesFor(frame).toString('latin1')}${bytesFor(frame, other).toString('latin1')}..`;
  expect(target.toString('latin1') === expected).toBe(true);
});

it('a payload that was taken stays what it was when another is', () => {
  const frame = new EncodedFrame(Buffer.from(`<${uid}>`), addressing);
  const kept = frame.payloadFor(0);
  frame.payloadFor(other);
  expect(String(kept)).toBe(`<${uid}>`);
});

it.each([
  { what: 'a frame of up to 16 KiB', frame: frameOf(sharedOverBytes - 4), keptFrom: sharedOverBytes },
  { what: 'a larger frame', frame: frameOf(sharedOverBytes - 3), keptFrom: 4 + 1 + uid.length },
  { what: 'a frame for all', frame: new EncodedFrame('hello'), keptFrom: 0 },
])('$what may be kept from byte $keptFrom on', ({ frame, keptFrom }) => {
  expect(frame.keptFrom).toBe(keptFrom);
});

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
  expect(JSON.parse(String(jsonEncoding.status(messageOf(text)).payloadFor(1)))).toEqual({
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
  const [frame] = jsonEncoding.echo(messageOf(text));
  expect(JSON.parse(String(frame!.payloadFor(0)))).toEqual({
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
  const [frame] = jsonEncoding.echo(messageOf('fine'));
  expect(frame!.payloadFor(0)).toBe(frame!.payloadFor(1));
});

it('a large echo frame is one whole text frame, too', () => {
  const [frame] = jsonEncoding.echo(messageOf('x'.repeat(50_000)));
  expect(parse(bytesFor(frame!)).text).toBe(frame!.payloadFor(0));
});
