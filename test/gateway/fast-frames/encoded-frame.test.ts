import { expect, it } from 'vitest';
import { MessageUIDs } from '../../../server/core/status-message.ts';
import { EncodedFrame } from '../../../server/gateway/fast-frames/encoded-frame.ts';
import { type Frame, payloadFor } from '../../../server/gateway/plain-writer.ts';

const messageUIDs = new MessageUIDs('5GSBRPM1KP8H', 1000);
const other = 999;
const uid = messageUIDs.of(0);
const otherUid = messageUIDs.of(other);
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
function bytesFor(frame: Frame, recipientIndex = 0): Buffer {
  return Buffer.from(EncodedFrame.of(frame).addressedTo(recipientIndex));
}

const forAll = (text: string): Frame => ({ before: text, messageUIDs: undefined, after: '' });

/** A frame whose payload has this many bytes, the messageUID behind the first of them. */
function frameOf(payloadBytes: number): Frame {
  return { before: '<', messageUIDs, after: 'x'.repeat(payloadBytes - 1 - uid.length) };
}

// The lengths at which the header changes (126 and 65,536), and at which it begins to share its memory.
const lengths = [
  ...[20, 124, 125, 126, 127, 128],
  ...[sharedOverBytes - 5, sharedOverBytes - 4, sharedOverBytes - 3],
  ...[65_534, 65_535, 65_536, 65_537, 131_072],
];

it.each([0, 1, ...lengths])('a frame for all of %i bytes is one whole text frame', (length) => {
  const text = 'x'.repeat(length);
  const frame = bytesFor(forAll(text));
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

it.each(lengths)('a frame of %i bytes has the text that the plain writer sends', (length) => {
  const frame = frameOf(length);
  expect(payloadFor(frame, other)).toBe(parse(bytesFor(frame, other)).text);
});

it('the messageUID is placed by bytes, not by characters', () => {
  const frame = { before: '猫😀', messageUIDs, after: '>' };
  expect(parse(bytesFor(frame, other)).text).toBe(`猫😀${otherUid}>`);
});

it.each(lengths)('a frame of %i bytes may be of several bytes a character', (length) => {
  const text = '猫😀'.repeat(length / 7);
  expect(parse(bytesFor({ before: '<', messageUIDs, after: text })).text).toBe(`<${uid}${text}`);
});

it.each(lengths)('a frame of %i bytes may be binary, and holds every byte there is', (length) => {
  const payload = Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
  payload.write(otherUid, 1);
  const frame = { before: payload.subarray(0, 1), messageUIDs, after: payload.subarray(1 + uid.length) };
  const sent = bytesFor(frame, other);
  expect(parse(sent)).toMatchObject({ final: true, opcode: 2, masked: false });
  expect(
    [sent.subarray(-length), payloadFor(frame, other)].map((each) => payload.equals(each as Buffer)),
  ).toEqual([true, true]);
});

it.each(lengths)('a frame of %i bytes goes among others, each with its own messageUID', (length) => {
  const frame = frameOf(length);
  const encoded = EncodedFrame.of(frame);
  const { length: frameLength } = encoded.bytes;
  const target = Buffer.alloc(2 * frameLength + 3, '.');
  encoded.copyTo(target, 1, 0);
  encoded.copyTo(target, 1 + frameLength, other);
  const expected = `.${bytesFor(frame).toString('latin1')}${bytesFor(frame, other).toString('latin1')}..`;
  expect(target.toString('latin1') === expected).toBe(true);
});

it('a frame is encoded once for all', () => {
  const frame = frameOf(100);
  expect(EncodedFrame.of(frame)).toBe(EncodedFrame.of(frame));
});

it.each([
  { what: 'a frame of up to 16 KiB', frame: frameOf(sharedOverBytes - 4), keptFrom: sharedOverBytes },
  { what: 'a larger frame', frame: frameOf(sharedOverBytes - 3), keptFrom: 4 + 1 + uid.length },
  { what: 'a frame for all', frame: forAll('hello'), keptFrom: 0 },
])('$what may be kept from byte $keptFrom on', ({ frame, keptFrom }) => {
  expect(EncodedFrame.of(frame).keptFrom).toBe(keptFrom);
});
