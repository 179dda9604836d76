/** The end of a frame over this size is shared by its recipients, and not copied for each. */
const splitOverBytes = 16 * 1024;

/** How long every messageUID is (A4). */
const messageUIDBytes = 19;

/**
 * A WebSocket frame, encoded once for all sessions it goes to. Between two recipients only the messageUID differs,
 * which is always as long and always at the same place.
 *
 * What is a recipient's own is a text with a character for each byte, `latin1` to Node. It is written as fast as a
 * buffer that is patched for the next recipient, and unlike one it is never patched under a socket that has not sent
 * it yet: so nobody gets another's messageUID.
 */
export class EncodedFrame {
  readonly byteLength: number;
  /** The end of a large frame, the same for all; undefined in others, which are a head and no more. */
  readonly tail: Buffer | undefined;
  readonly #isText: boolean;
  readonly #isAddressed: boolean;
  readonly #headerBytes: number;
  /** The head up to the messageUID, and from there on. */
  readonly #before: string;
  readonly #after: string;

  /**
   * @param before the payload up to the messageUID, of a few bytes: a text for a text frame, bytes for a binary one
   * @param after the payload from there on; when it is not given there is no messageUID, and all get the same
   */
  constructor(before: string | Buffer, after?: string | Buffer) {
    this.#isText = typeof before === 'string';
    this.#isAddressed = after !== undefined;
    const start = bytesOf(this.#isAddressed ? before : '');
    const end = bytesOf(after ?? before);
    const payloadBytes = start.length + (this.#isAddressed ? messageUIDBytes : 0) + end.length;
    const header = headerOf(payloadBytes, this.#isText);
    this.#headerBytes = header.length;
    this.byteLength = header.length + payloadBytes;
    const isLarge = this.byteLength > splitOverBytes;
    this.tail = isLarge ? end : undefined;
    this.#before = header + start.toString('latin1');
    this.#after = isLarge ? '' : end.toString('latin1');
  }

  /** All the frame but for its tail, addressed to one recipient: a character for each byte. */
  headFor(messageUID: string): string {
    return this.#before + (this.#isAddressed ? messageUID : '') + this.#after;
  }

  /** The payload alone, for a connection that frames it itself. */
  payloadFor(messageUID: string): string | Buffer {
    const head = Buffer.from(this.headFor(messageUID), 'latin1').subarray(this.#headerBytes);
    const payload = this.tail === undefined ? head : Buffer.concat([head, this.tail]);
    return this.#isText ? payload.toString() : payload;
  }
}

function bytesOf(part: string | Buffer): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

/** Header of a final, unmasked frame (RFC 6455, section 5.2). */
function headerOf(payloadBytes: number, isText: boolean): string {
  const first = isText ? 0x81 : 0x82;
  if (payloadBytes < 126) return String.fromCharCode(first, payloadBytes);
  const length = [payloadBytes >>> 24, payloadBytes >>> 16, payloadBytes >>> 8, payloadBytes].map(
    (byte) => byte & 0xff,
  );
  if (payloadBytes < 65_536) return String.fromCharCode(first, 126, ...length.slice(2));
  return String.fromCharCode(first, 127, 0, 0, 0, 0, ...length);
}
