import { type MessageUIDs, messageUIDLength } from '../core/message-uids.ts';

/** Over this size a frame that waits for a slow client shares its memory with the others. */
const sharedOverBytes = 16 * 1024;

/** Where a messageUID stands in a payload. */
export interface Addressing {
  /** One of these. */
  messageUIDs: MessageUIDs;
  /** Its first byte. */
  at: number;
}

/**
 * A WebSocket frame, encoded once for all sessions it goes to. Between two recipients only the messageUID differs,
 * which is always as long and always at the same place: there each is written in turn.
 */
export class EncodedFrame {
  /** The whole frame, as it is for whom it was addressed to last. */
  readonly bytes: Buffer;
  /** The bytes from here on may be kept as they are; those before are another's soon. */
  readonly keptFrom: number;
  readonly #payloadFrom: number;
  readonly #messageUIDs: MessageUIDs | undefined;
  readonly #messageUIDAt: number;
  readonly #isText: boolean;

  /**
   * @param payload a text for a text frame, bytes for a binary one
   * @param addressing not given when all get the same
   */
  constructor(payload: string | Buffer, addressing?: Addressing) {
    this.#isText = typeof payload === 'string';
    const length = Buffer.byteLength(payload);
    this.#payloadFrom = headerLength(length);
    this.bytes = Buffer.allocUnsafe(this.#payloadFrom + length);
    writeHeader(this.bytes, length, this.#isText);
    if (typeof payload === 'string') this.bytes.write(payload, this.#payloadFrom);
    else this.bytes.set(payload, this.#payloadFrom);
    this.#messageUIDs = addressing?.messageUIDs;
    this.#messageUIDAt = this.#payloadFrom + (addressing?.at ?? 0);
    this.keptFrom = this.#keptFrom();
  }

  /** All bytes, until it is addressed to the next: of the recipient at this place. */
  addressedTo(place: number): Buffer {
    this.address(this.bytes, 0, place);
    return this.bytes;
  }

  /** Puts all bytes there. */
  copyTo(target: Buffer, at: number, place: number): void {
    target.set(this.bytes, at);
    this.address(target, at, place);
  }

  /** Addresses a copy that stands there. */
  address(target: Buffer, at: number, place: number): void {
    this.#messageUIDs?.writeOver(target, at + this.#messageUIDAt, place);
  }

  /** The payload alone, for a connection that frames it itself. */
  payloadFor(place: number): string | Buffer {
    const payload = this.addressedTo(place).subarray(this.#payloadFrom);
    return this.#isText ? payload.toString() : Buffer.from(payload);
  }

  #keptFrom(): number {
    if (this.#messageUIDs === undefined) return 0;
    return this.bytes.length > sharedOverBytes ? this.#messageUIDAt + messageUIDLength : this.bytes.length;
  }
}

function headerLength(payloadLength: number): number {
  if (payloadLength < 126) return 2;
  return payloadLength < 65_536 ? 4 : 10;
}

/** Header of a final, unmasked frame (RFC 6455, section 5.2). */
function writeHeader(bytes: Buffer, payloadLength: number, isText: boolean): void {
  bytes[0] = isText ? 0x81 : 0x82;
  switch (headerLength(payloadLength)) {
    case 2:
      bytes[1] = payloadLength;
      return;
    case 4:
      bytes[1] = 126;
      bytes.writeUInt16BE(payloadLength, 2);
      return;
    default:
      bytes[1] = 127;
      bytes.writeBigUInt64BE(BigInt(payloadLength), 2);
  }
}
