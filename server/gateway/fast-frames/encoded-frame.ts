import { type MessageUIDs, messageUIDLength } from '../../core/status-message.ts';
import { type Frame, payloadFor } from '../plain-writer.ts';

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

  constructor(frame: Frame) {
    const { before, messageUIDs } = frame;
    const payload = payloadFor(frame, 0);
    const length = Buffer.byteLength(payload);
    const header = headerOf(length, typeof payload === 'string');
    const uidAt = header.length + Buffer.byteLength(before);
    this.bytes = Buffer.allocUnsafe(header.length + length);
    for (let at = 0; at < header.length; at++) this.bytes[at] = header[at]!;
    // In one piece: each call into V8's C++ costs as much as fifty bytes.
    if (typeof payload === 'string') this.bytes.write(payload, header.length);
    else this.bytes.set(payload, header.length);
    this.#messageUIDs = messageUIDs;
    this.#messageUIDAt = uidAt;
    if (messageUIDs === undefined) this.keptFrom = 0;
    else this.keptFrom = this.bytes.length > sharedOverBytes ? uidAt + messageUIDLength : this.bytes.length;
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

/** The header of a final, unmasked frame (RFC 6455, section 5.2). */
function headerOf(length: number, isText: boolean): number[] {
  const first = isText ? 0x81 : 0x82;
  if (length < 126) return [first, length];
  const [high, low] = [(length >> 8) & 0xff, length & 0xff];
  if (length < 65_536) return [first, 126, high, low];
  return [first, 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, high, low];
}
