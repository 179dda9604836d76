import { isUtf8 } from 'node:buffer';

/** The client sent something that is not a valid frame: the session ends. */
export class Malformed extends Error {}

/** Reads bytes from the front, and never past the end. @throws Malformed, each of its methods */
export class ByteReader {
  #left: Buffer;

  constructor(bytes: Buffer) {
    this.#left = bytes;
  }

  get isAtEnd(): boolean {
    return this.#left.length === 0;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  /** Two bytes, the high one first. */
  short(): number {
    return this.take(2).readUInt16BE();
  }

  /** A text behind its length in two bytes. */
  text(): string {
    return decodeText(this.take(this.short()));
  }

  /** A whole number in groups of seven bits, the lowest first, as protobuf has it. Beyond 2^53 it is not exact. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new Malformed('A number has more than ten bytes.');
  }

  take(length: number): Buffer {
    if (length > this.#left.length) throw new Malformed('It ends too soon.');
    const taken = this.#left.subarray(0, length);
    this.#left = this.#left.subarray(length);
    return taken;
  }

  rest(): Buffer {
    return this.take(this.#left.length);
  }
}

/** @throws Malformed when the bytes are no text */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Malformed('A text is not UTF-8.');
  return bytes.toString();
}

/** The client writes a character beyond U+FFFF as two surrogates of three bytes each, which is not UTF-8. */
function decodeText(bytes: Buffer): string {
  const joined = bytes.toString('latin1').replace(surrogates, (pair) => {
    const unit = (at: number) =>
      0xd000 | ((pair.charCodeAt(at + 1) & 0x3f) << 6) | (pair.charCodeAt(at + 2) & 0x3f);
    return Buffer.from(String.fromCharCode(unit(0), unit(3))).toString('latin1');
  });
  return decodeUtf8(Buffer.from(joined, 'latin1'));
}

const surrogates = /\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]/g;
