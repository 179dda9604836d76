/** Over this size a frame that waits for a slow client shares its memory with the others. */
const sharedOverBytes = 16 * 1024;

/** How long every messageUID is (A4). */
export const messageUIDBytes = 19;

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
  readonly #messageUIDAt: number | undefined;
  readonly #isText: boolean;

  /**
   * @param payload a text for a text frame, bytes for a binary one
   * @param messageUIDAt where the messageUID stands in it, in bytes; not given when there is none, and all get the same
   */
  constructor(payload: string | Buffer, messageUIDAt?: number) {
    this.#isText = typeof payload === 'string';
    const length = Buffer.byteLength(payload);
    const header = headerOf(length, this.#isText);
    this.#payloadFrom = header.length;
    this.bytes = Buffer.allocUnsafe(header.length + length);
    this.bytes.set(header);
    if (typeof payload === 'string') this.bytes.write(payload, header.length);
    else this.bytes.set(payload, header.length);
    if (messageUIDAt === undefined) {
      this.keptFrom = 0;
    } else {
      this.#messageUIDAt = header.length + messageUIDAt;
      const isShared = this.bytes.length > sharedOverBytes;
      this.keptFrom = isShared ? this.#messageUIDAt + messageUIDBytes : this.bytes.length;
    }
  }

  /** All bytes, until it is addressed to the next. */
  addressedTo(messageUID: string): Buffer {
    this.#address(this.bytes, messageUID);
    return this.bytes;
  }

  /** Puts all bytes there, and returns where they end. */
  copyTo(target: Buffer, at: number, messageUID: string): number {
    target.set(this.bytes, at);
    this.#address(target, messageUID, at);
    return at + this.bytes.length;
  }

  /** The payload alone, for a connection that frames it itself. */
  payloadFor(messageUID: string): string | Buffer {
    const payload = this.addressedTo(messageUID).subarray(this.#payloadFrom);
    return this.#isText ? payload.toString() : Buffer.from(payload);
  }

  #address(target: Buffer, messageUID: string, at = 0): void {
    if (this.#messageUIDAt !== undefined) target.write(messageUID, at + this.#messageUIDAt, 'latin1');
  }
}

/** Header of a final, unmasked frame (RFC 6455, section 5.2). */
function headerOf(payloadBytes: number, isText: boolean): number[] {
  const first = isText ? 0x81 : 0x82;
  if (payloadBytes < 126) return [first, payloadBytes];
  const length = [payloadBytes >>> 24, payloadBytes >>> 16, payloadBytes >>> 8, payloadBytes];
  if (payloadBytes < 65_536) return [first, 126, ...length.slice(2)];
  return [first, 127, 0, 0, 0, 0, ...length];
}
