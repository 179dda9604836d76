import { encodeMessageUIDs, type StatusMessage } from '../core/status-message.ts';
import type { EchoFrame, StatusFrame } from '../protocol/frames.ts';

/** Frames over this size are not copied per recipient: a small head of their own, then the shared tail. */
const splitOverBytes = 16 * 1024;

/**
 * A WebSocket text frame, encoded once for all sessions it goes to. Between two recipients only the messageUID
 * differs: always 19 characters, always at the same place, so it is written over in the one buffer.
 */
export class EncodedFrame {
  /** All the frame, or in a large one all up to the end of the messageUID. */
  #head: Buffer;
  /** The rest of a large frame: shared by all recipients, never written to. */
  readonly #tail: Buffer | undefined;
  /** Where the messageUID stands in the head; undefined when the frame is the same for all. */
  readonly #uidAt: number | undefined;
  readonly #headerBytes: number;

  /** @param before text up to the messageUID @param after text from there on; undefined when there is none */
  constructor(before: string, after?: string) {
    const payload = Buffer.from(after === undefined ? before : before + uidPlaceholder + after);
    const header = textFrameHeader(payload.length);
    const frame = Buffer.concat([header, payload]);
    const uidAt = after === undefined ? undefined : header.length + Buffer.byteLength(before);
    const headEnd = (uidAt ?? 0) + uidPlaceholder.length;
    const split = uidAt !== undefined && frame.length > splitOverBytes;
    this.#head = split ? Buffer.from(frame.subarray(0, headEnd)) : frame;
    this.#tail = split ? frame.subarray(headEnd) : undefined;
    this.#uidAt = uidAt;
    this.#headerBytes = header.length;
  }

  get byteLength(): number {
    return this.#head.length + (this.#tail?.length ?? 0);
  }

  /** Whether the frame goes out in two writes, and is not worth gathering with others. */
  get isLarge(): boolean {
    return this.byteLength > splitOverBytes;
  }

  /** The bytes before the shared tail, addressed to one recipient. Valid until the next call. */
  headFor(messageUID: string): Buffer {
    if (this.#uidAt !== undefined) this.#head.write(messageUID, this.#uidAt, 'latin1');
    return this.#head;
  }

  get tail(): Buffer | undefined {
    return this.#tail;
  }

  /** The head was kept by a stream that is still sending it: go on with a copy. */
  abandonHead(): void {
    if (this.#uidAt !== undefined) this.#head = Buffer.from(this.#head);
  }

  /** The payload alone, for a connection that frames it itself. */
  textFor(messageUID: string): string {
    const head = this.headFor(messageUID).toString('utf8', this.#headerBytes);
    return this.#tail === undefined ? head : head + this.#tail.toString();
  }
}

const uidPlaceholder = '0000-0000-0000-0000';

/** The `status` frame of B5.5, the same for all recipients but for its messageUID. */
export function encodeStatus(message: StatusMessage): EncodedFrame {
  return new EncodedFrame('{"type":"status","messageUID":"', `",${encodeRest(message)}`);
}

/** The `echo` frame of B5.6, the same for all sessions of the sender. */
export function encodeEcho(message: StatusMessage): EncodedFrame {
  const list = message.encodedBy(encodeMessageUIDs);
  return new EncodedFrame(`{"type":"echo","messageUIDs":${list},${encodeRest(message)}`);
}

/** What both frames say of a message behind its messageUIDs, up to the closing brace. */
function encodeRest({ request, sentTime }: StatusMessage): string {
  const { channelType, fromUserId, groupId, objectName, content } = request;
  const rest: Omit<StatusFrame, 'type' | 'messageUID'> & Omit<EchoFrame, 'type' | 'messageUIDs'> = {
    channelType,
    fromUserId,
    ...(groupId === undefined ? {} : { groupId }),
    objectName,
    content,
    sentTime,
  };
  return JSON.stringify(rest).slice(1);
}

/** Header of a final, unmasked text frame (RFC 6455, section 5.2). */
function textFrameHeader(payloadBytes: number): Buffer {
  const finalText = 0x81;
  if (payloadBytes < 126) return Buffer.from([finalText, payloadBytes]);
  if (payloadBytes < 65_536) return Buffer.from([finalText, 126, payloadBytes >> 8, payloadBytes & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = finalText;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(payloadBytes), 2);
  return header;
}
