import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Writes to a socket without what its stream does for each write, whenever the stream has nothing to do: the kernel
 * copies what it takes before a write returns. What it does not take, the stream gets; and everything, while it still
 * has bytes of its own, is corked, or is at its end. So the order stays, and a fault of the socket is told by its stream.
 *
 * This file alone leans on what Node does not document: where a socket has its file descriptor. Without one, as on
 * Windows, the stream writes everything.
 */
export class SocketWriter {
  readonly #socket: Socket;
  readonly #descriptor: number;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#descriptor = (socket as { _handle?: { fd?: number } })._handle?.fd ?? -1;
  }

  /**
   * Writes the first `length` of these bytes.
   * @param keptFrom from where on they stay what they are: those before are copied when they have to wait
   */
  write(bytes: Buffer, length: number, keptFrom = length): void {
    const sent = this.#isIdle ? this.#writeNow(bytes, length) : 0;
    if (sent === length) return;
    this.#socket.cork();
    if (sent < keptFrom) this.#socket.write(Buffer.from(bytes.subarray(sent, keptFrom)));
    if (keptFrom < length) this.#socket.write(bytes.subarray(Math.max(sent, keptFrom), length));
    this.#socket.uncork();
  }

  /** A destroyed socket's descriptor may be another's by now. */
  get #isIdle(): boolean {
    const socket = this.#socket;
    return (
      this.#descriptor >= 0 && socket.writableLength === 0 && socket.writableCorked === 0 && !socket.destroyed
    );
  }

  #writeNow(bytes: Buffer, length: number): number {
    try {
      return writeSync(this.#descriptor, bytes, 0, length);
    } catch {
      return 0; // full, or broken: the stream finds out
    }
  }
}
