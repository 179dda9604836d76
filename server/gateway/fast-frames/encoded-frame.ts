import { type MessageUIDs, messageUIDLength } from '../../core/status-message.ts';
import type { Frame } from '../plain-writer.ts';

/** Over this size a frame that waits for a slow client shares its memory with the others. */
const sharedOverBytes = 16 * 1024;

/** The bytes of a frame, made once for all recipients: in turn each one's messageUID is written over the last one's. */
export class EncodedFrame {
  /** The whole frame, header and payload, as the last recipient got it. */
  readonly bytes: Buffer;
  /** From here on the bytes never change; those before are soon the next recipient's. */
  readonly keptFrom: number;
  readonly #messageUIDs: MessageUIDs | undefined;
  readonly #messageUIDAt: number;

  static of(frame: Frame): EncodedFrame {
    frame.encoded ??= new EncodedFrame(frame);
    return frame.encoded as EncodedFrame;
  }

  constructor({ before, messageUIDs, after }: Frame) {
    const beforeLength = Buffer.byteLength(before);
    const uidLength = messageUIDs === undefined ? 0 : messageUIDLength;
    const length = beforeLength + uidLength + Buffer.byteLength(after);
    const header = headerOf(length, typeof before === 'string');
    const uidAt = header.length + beforeLength;
    this.bytes = Buffer.allocUnsafe(header.length + length);
    this.bytes.set(header);
    put(before, this.bytes, header.length);
    if (messageUIDs !== undefined) put(messageUIDs.of(0), this.bytes, uidAt);
    put(after, this.bytes, uidAt + uidLength);
    this.#messageUIDs = messageUIDs;
    this.#messageUIDAt = uidAt;
    if (messageUIDs === undefined) this.keptFrom = 0;
    else this.keptFrom = this.bytes.length > sharedOverBytes ? uidAt + uidLength : this.bytes.length;
  }

  /** All bytes, until it is addressed to the next recipient. */
  addressedTo(recipientIndex: number): Buffer {
    this.address(this.bytes, 0, recipientIndex);
    return this.bytes;
  }

  /** Copies all bytes to where `at` says. */
  copyTo(target: Buffer, at: number, recipientIndex: number): void {
    target.set(this.bytes, at);
    this.address(target, at, recipientIndex);
  }

  /** Addresses the copy that stands there. */
  address(target: Buffer, at: number, recipientIndex: number): void {
    this.#messageUIDs?.writeOver(target, at + this.#messageUIDAt, recipientIndex);
  }
}

function put(part: string | Buffer, bytes: Buffer, at: number): void {
  if (typeof part === 'string') bytes.write(part, at);
  else bytes.set(part, at);
}

/** The header of a final, unmasked frame (RFC 6455, section 5.2). */
function headerOf(length: number, isText: boolean): number[] {
  const first = isText ? 0x81 : 0x82;
  if (length < 126) return [first, length];
  const [high, low] = [(length >> 8) & 0xff, length & 0xff];
  if (length < 65_536) return [first, 126, high, low];
  return [first, 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, high, low];
}
