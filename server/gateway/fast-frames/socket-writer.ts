import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** A socket with what Node does not document of it: its file descriptor, and the state of its stream. */
interface OpenedSocket extends Socket {
  readonly _handle?: { readonly fd?: number } | null;
  readonly _writableState: { readonly length: number; readonly corked: number; readonly destroyed: boolean };
}

/** Undefined where the system has none, as Windows. */
export function descriptorOf(socket: Socket): number | undefined {
  const { fd = -1 } = (socket as OpenedSocket)._handle ?? {};
  return fd >= 0 ? fd : undefined;
}

/**
 * Writes past a socket's stream while that has nothing to do: the kernel copies what it takes before a write returns.
 * The stream gets what the kernel does not take, and everything while it has bytes of its own, is corked, or is at its
 * end. So the order stays, and the stream is the one to report a fault of the socket.
 *
 * This file alone leans on what Node does not document.
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
    const sent = this.#isIdle ? this.#writeNow(bytes, length) : 0;
    if (sent === length) return;
    this.#socket.cork();
    if (sent < keptFrom) this.#socket.write(Buffer.from(bytes.subarray(sent, keptFrom)));
    if (keptFrom < length) this.#socket.write(bytes.subarray(Math.max(sent, keptFrom), length));
    this.#socket.uncork();
  }

  get #isIdle(): boolean {
    const { length, corked, destroyed } = this.#stream;
    // The descriptor of a destroyed socket may be another one's by now.
    return length === 0 && corked === 0 && !destroyed;
  }

  #writeNow(bytes: Buffer, length: number): number {
    try {
      return writeSync(this.#descriptor, bytes, undefined, length);
    } catch {
      return 0; // full, or broken: the stream finds out
    }
  }
}
