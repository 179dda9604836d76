import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../server/gateway/imlib/byte-reader.ts';
import { parseFrame, readUpMessage } from '../../server/gateway/imlib/frame.ts';
import { type Field, readFields, writeFields } from '../../server/gateway/imlib/protobuf.ts';
import { holds } from '../fixtures/property.ts';
import { frameOf, mood, short } from './raw-imlib.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** What the client was seen to send, all kinds of frames. */
const good: Record<string, Buffer> = {
  'a status message': frameOf(0x32, 'ppMsgS', 'bob', short(1), writeFields(...mood('{"mood":"fine"}'))),
  'typing in a group': frameOf(
    0x32,
    'pgMsgS',
    '小组',
    short(0xffff),
    writeFields(...mood('{}', 'RC:TypSts')),
  ),
  'a query': frameOf(0x52, 'pullMsg', 'alice', short(2), writeFields([1, 0], [2, 1])),
  'a PUBACK': bytes('40 0001'),
  'a QUERYCON': bytes('70 0002'),
  'a PING': bytes('c0'),
  'a DISCONNECT': bytes('e0 00 04'),
};
const frames = Object.values(good);

describe('a frame from a client', () => {
  it('C4 a PUBLISH is read', () => {
    expect(parseFrame(bytes('32 0006 70704d736753 0003 626f62 0007 aabb'))).toEqual({
      command: 'publish',
      topic: 'ppMsgS',
      target: 'bob',
      id: 7,
      body: bytes('aabb'),
    });
  });

  it.for([
    ['40 0102', { command: 'pubAck', id: 258 }],
    ['70 0102', { command: 'queryCon', id: 258 }],
    ['c0', { command: 'ping' }],
    ['e0 00 04', { command: 'disconnect' }],
  ] as const)('C4 %s is read', ([hex, frame]) => {
    expect(parseFrame(bytes(hex))).toEqual(frame);
  });

  it('C4 an id beyond U+FFFF may come in two halves, as the client writes it', () => {
    const halves = Buffer.concat([bytes('0007 61'), bytes('eda0bd eDb88a')]);
    const frame = parseFrame(Buffer.concat([bytes('32 0006 70704d736753'), halves, short(1)]));
    expect(frame).toMatchObject({ target: 'a😊' });
  });

  it.for([
    ['nothing', ''],
    ['a command of the server', '20 00 00'],
    ['a command there is none of', '10'],
    ['a PUBLISH without an id', '32 0001 61 0001 62'],
    ['a text that is longer than the frame', '32 ffff 61'],
    ['a text that is no UTF-8', '32 0001 ff 0001 62 0001'],
    ['half of a pair of halves', '32 0003 eda0bd 0001 62 0001'],
    ['a PING that goes on', 'c0 00'],
    ['a PUBACK that goes on', '40 0001 00'],
    ['half a PUBACK', '40 00'],
    ['half a DISCONNECT', 'e0 00'],
  ])('C12 %s is malformed', ([, hex]) => {
    expect(() => parseFrame(bytes(hex!))).toThrow(Malformed);
  });

  it.for(Object.entries(good))(
    'C12 %s that ends anywhere else is read as another frame or malformed',
    ([, frame]) => {
      for (let end = 0; end < frame.length; end++) readAll(frame.subarray(0, end));
      expect(outcomeOf(frame)).toBe('read');
    },
  );

  it('C12 any bytes are read, or malformed', () => {
    holds(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => readAll(Buffer.from(any))),
      2000,
    );
  });

  it('C12 a good frame with some bits flipped is read, or malformed', () => {
    const flips = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
    holds(
      fc.property(fc.constantFrom(...frames), flips, (frame, bits) => readAll(flipped(frame, bits))),
      2000,
    );
  });
});

describe('fields', () => {
  const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  const field = fc.tuple(
    fc.integer({ min: 1, max: 1000 }),
    fc.oneof(number, fc.string({ unit: 'grapheme' })),
  );

  it('C4 fields that were written are read again', () => {
    holds(
      fc.property(fc.array(field), (fields) => {
        const read = [...readFields(writeFields(...(fields as Field[])))];
        expect(
          read.map(([key, value]) => [key, typeof value === 'number' ? value : value.toString()]),
        ).toEqual(fields);
      }),
    );
  });

  it('C4 fields of four and of eight bytes are passed over', () => {
    const message = bytes('0d 01020304 11 0102030405060708 12 01 61');
    expect(readUpMessage(message)).toMatchObject({ objectName: 'a' });
  });

  it('C4 of a field that comes twice the last one counts', () => {
    expect(readUpMessage(writeFields([2, 'first'], [2, 'last']))).toMatchObject({ objectName: 'last' });
  });

  it.for([
    ['a number of eleven bytes', '20 ffffffffffffffffffff01'],
    ['a number without an end', '10 80'],
    ['a field longer than the rest', '12 05 61'],
    ['a field of 2^60 bytes', '12 8080808080808080 10'],
    ['a group of old', '0b'],
    ['a wire type there is none of', '0e'],
    ['a number in the place of a text', '10 01'],
    ['a text that is no UTF-8', '1a 01 ff'],
  ])('C12 %s is malformed', ([, hex]) => {
    expect(() => readUpMessage(bytes(hex!))).toThrow(Malformed);
  });

  it('C12 a wire type that nobody knows is named', () => {
    expect(() => readUpMessage(bytes('0e'))).toThrow('A field has the unknown wire type 6.');
  });
});

/** Reads a frame and its body; fails on anything but a good end or `Malformed`. */
function readAll(frame: Buffer): void {
  outcomeOf(frame);
}

function outcomeOf(bytes: Buffer): 'read' | 'malformed' {
  try {
    const frame = parseFrame(bytes);
    if (frame.command === 'publish') readUpMessage(frame.body);
    return 'read';
  } catch (error) {
    if (error instanceof Malformed) return 'malformed';
    throw error;
  }
}

function flipped(frame: Buffer, bits: readonly number[]): Buffer {
  const copy = Buffer.from(frame);
  for (const bit of bits) copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7);
  return copy;
}
