import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** A socket with what Node does not document of it: its file descriptor, and where it keeps how its stream is. */
interface OpenedSocket extends Socket {
  readonly _handle?: { readonly fd?: number } | null;
  readonly _writableState: { readonly length: number; readonly corked: number; readonly destroyed: boolean };
}

/**
 * Writes to a socket without what its stream does for each write, whenever the stream has nothing to do: the kernel
 * copies what it takes before a write returns. What it does not take, the stream gets; and everything, while it still
 * has bytes of its own, is corked, or is at its end. So the order stays, and a fault of the socket is told by its stream.
 *
 * This file alone leans on what Node does not document. Without a descriptor, as on Windows, the stream writes
 * everything.
 */
export class SocketWriter {
  readonly #socket: OpenedSocket;
  readonly #descriptor: number;
  /** Tells what the socket's own properties tell. To ask these costs more: sockets differ in shape, this does not. */
  readonly #stream: OpenedSocket['_writableState'];

  constructor(socket: Socket) {
    this.#socket = socket as OpenedSocket;
    this.#descriptor = this.#socket._handle?.fd ?? -1;
    this.#stream = this.#socket._writableState;
  }

  /** What the stream has and the kernel has not. */
  get unsentBytes(): number {
    return this.#stream.length;
  }

  /** While it is corked, the stream keeps all that is written. Corks nest. */
  cork(on: boolean): void {
    if (on) this.#socket.cork();
    else this.#socket.uncork();
  }

  /**
   * Writes the first `length` of these bytes.
   * @param keptFrom from where on they stay what they are: those before are copied when they have to wait
   */
  write(bytes: Buffer, length: number, keptFrom = length): void {
    const sent = this.#isIdle ? this.#writeNow(bytes, length) : 0;
    if (sent === length) return;
    this.cork(true);
    if (sent < keptFrom) this.#socket.write(Buffer.from(bytes.subarray(sent, keptFrom)));
    if (keptFrom < length) this.#socket.write(bytes.subarray(Math.max(sent, keptFrom), length));
    this.cork(false);
  }

  get #isIdle(): boolean {
    const { length, corked, destroyed } = this.#stream;
    // A destroyed socket's descriptor may be another's by now.
    return length === 0 && corked === 0 && !destroyed && this.#descriptor >= 0;
  }

  #writeNow(bytes: Buffer, length: number): number {
    try {
      return writeSync(this.#descriptor, bytes, undefined, length);
    } catch {
      return 0; // full, or broken: the stream finds out
    }
  }
}
