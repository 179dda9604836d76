import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { flushAtEndOfTurn } from '../../edge/write-batch.ts';
import { type Frame, type FrameWriter, type OpenWriter, PlainWriter } from '../plain-writer.ts';
import { Bundle } from './bundle.ts';
import { EncodedFrame } from './encoded-frame.ts';

/** The plain one where this one cannot be had: without a descriptor, as on Windows, or with extensions. */
export const fastWriter: OpenWriter = (ws, socket) => {
  const descriptor = descriptorOf(socket);
  if (descriptor === undefined || ws.extensions !== '') return new PlainWriter(ws, socket);
  return new FastWriter(socket, descriptor);
};

/** A socket with what Node does not document of it; `SocketWriter` alone leans on that. */
interface OpenedSocket extends Socket {
  readonly _handle?: { readonly fd?: number } | null;
  readonly _writableState: { readonly length: number; readonly corked: number; readonly destroyed: boolean };
}

/** Undefined where the system has none. */
export function descriptorOf(socket: Socket): number | undefined {
  const { fd = -1 } = (socket as OpenedSocket)._handle ?? {};
  return fd >= 0 ? fd : undefined;
}

/**
 * Writes past a socket's stream while that has nothing to do: the kernel copies what it takes before a write returns.
 * The stream gets what the kernel does not take, and everything while it has bytes of its own, is corked, or is at its
 * end. So the order stays, and the stream is the one to report a fault of the socket.
 */
export class SocketWriter {
  readonly #socket: Socket;
  readonly #descriptor: number;
  /** Read directly, as it has one shape for all sockets: the properties of sockets, which differ, cost more. */
  readonly #stream: OpenedSocket['_writableState'];

  constructor(socket: Socket, descriptor: number) {
    this.#socket = socket;
    this.#descriptor = descriptor;
    this.#stream = (socket as OpenedSocket)._writableState;
  }

  /** What the stream has and the kernel has not. */
  get streamBytes(): number {
    return this.#stream.length;
  }

  /**
   * Writes the first `length` of these bytes.
   * @param keptFrom from where on they never change: those before are copied when they have to wait
   */
  write(bytes: Buffer, length: number, keptFrom = length): void {
    const sent = this.#writeNow(bytes, length);
    if (sent === length) return;
    this.#socket.cork();
    if (sent < keptFrom) this.#socket.write(Buffer.from(bytes.subarray(sent, keptFrom)));
    if (keptFrom < length) this.#socket.write(bytes.subarray(Math.max(sent, keptFrom), length));
    this.#socket.uncork();
  }

  /** Returns how much the kernel has taken. */
  #writeNow(bytes: Buffer, length: number): number {
    const stream = this.#stream;
    // The descriptor of a destroyed socket may be another one's by now.
    if (stream.length > 0 || stream.corked > 0 || stream.destroyed) return 0;
    try {
      return writeSync(this.#descriptor, bytes, undefined, length);
    } catch {
      return 0; // full, or broken: the stream finds out
    }
  }
}

/** A frame on its way to one client, and those behind it. */
interface Gathered {
  readonly frame: EncodedFrame;
  readonly recipientIndex: number;
  next: Gathered | undefined;
}

/** Shared by all clients: each is done with it at once. */
const bundle = new Bundle();

/**
 * Sends messages without ws's work for each: whole frames, encoded once for all recipients.
 *
 * Without extensions ws puts each of its own frames on the socket whole and at once, which it does not document, so
 * these may stand between them. It is a socket writer, rather than has one, as each hop on the way of a message costs a
 * cache miss for each recipient.
 */
export class FastWriter extends SocketWriter implements FrameWriter {
  // Hot fields first.
  #gatheredBytes = 0;
  #first: Gathered | undefined;
  #last: Gathered | undefined;

  get unsentBytes(): number {
    return this.#gatheredBytes + this.streamBytes;
  }

  send(frame: Frame, recipientIndex: number): void {
    const gathered = { frame: EncodedFrame.of(frame), recipientIndex, next: undefined };
    this.#gatheredBytes += gathered.frame.bytes.length;
    if (this.#last === undefined) {
      this.#first = gathered;
      flushAtEndOfTurn(this);
    } else {
      this.#last.next = gathered;
    }
    this.#last = gathered;
  }

  flush(): void {
    const first = this.#first;
    if (first === undefined) return;
    this.discard();
    if (first.next === undefined) this.#writeOne(first);
    else this.#writeTogether(first);
  }

  discard(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#gatheredBytes = 0;
  }

  #writeOne({ frame, recipientIndex }: Gathered): void {
    const bytes = frame.addressedTo(recipientIndex);
    this.write(bytes, bytes.length, frame.keptFrom);
  }

  /** Small frames with one write for all. */
  #writeTogether(first: Gathered): void {
    for (let each: Gathered | undefined = first; each !== undefined; each = each.next) {
      if (bundle.add(each.frame, each.recipientIndex)) continue;
      this.#writeBundle();
      if (!bundle.add(each.frame, each.recipientIndex)) this.#writeOne(each);
    }
    this.#writeBundle();
  }

  #writeBundle(): void {
    if (bundle.length > 0) this.write(bundle.bytes, bundle.length);
    bundle.rewind();
  }
}
