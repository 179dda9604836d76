import { ByteReader, Malformed } from './byte-reader.ts';

/** A field to write: its number, and what it holds. */
export type Field = [number: number, value: number | string];

// How a value stands on the wire.
const asVarint = 0;
const asBytes = 2;
const readers: Readonly<Record<number, (reader: ByteReader) => number | Buffer>> = {
  [asVarint]: (reader) => reader.varint(),
  [asBytes]: (reader) => reader.take(reader.varint()),
  1: (reader) => reader.take(8),
  5: (reader) => reader.take(4),
};

/** The fields of a message as they stand, those of a fixed width as bytes. @throws Malformed */
export function* readFields(bytes: Buffer): Generator<[number: number, value: number | Buffer], void> {
  const reader = new ByteReader(bytes);
  while (!reader.isAtEnd) {
    const key = reader.varint();
    const read = readers[key % 8];
    if (read === undefined) throw new Malformed(`A field has the unknown wire type ${key % 8}.`);
    yield [Math.floor(key / 8), read(reader)];
  }
}

/** A message of these fields. */
export function writeFields(...fields: Field[]): Buffer {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varint(number * 8 + asVarint), varint(value)];
    const bytes = Buffer.from(value);
    return [varint(number * 8 + asBytes), varint(bytes.length), bytes];
  });
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = clamp(value);
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return Buffer.from([...bytes, left]);
}

/** The nearest number that a frame can hold. A test may set its clock to any time, and no clock may break a fan-out. */
export function clamp(value: number, most = Number.MAX_SAFE_INTEGER): number {
  return Math.min(Math.max(Math.floor(value) || 0, 0), most);
}
