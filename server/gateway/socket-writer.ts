import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Writes to a socket without what its stream does for each write, whenever the stream has nothing to do: the kernel
 * copies what it takes before a write returns. What it does not take, the stream gets; and everything, while it still
 * has bytes of its own, is corked, or is at its end. So the order stays, and a fault of the socket is told by its stream.
 *
 * This file alone leans on what Node does not document: that a socket has its file descriptor in its handle, and a
 * destroyed one no handle. Without a descriptor, as on Windows, the stream writes everything.
 */
export class SocketWriter {
  readonly #socket: Socket & { _handle?: { fd?: number } | null };
  readonly #descriptor: number;
  /** Whether the stream may have something to do. To ask it before each write costs a look into four objects more. */
  #isBusy = true;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#descriptor = this.#socket._handle?.fd ?? -1;
  }

  /** What the stream has and the kernel has not. */
  get unsentBytes(): number {
    return this.#isBusy ? this.#socket.writableLength : 0;
  }

  /** To be told after somebody else has written to the stream. */
  touched(): void {
    this.#isBusy = this.#socket.writableLength > 0 || this.#socket.writableCorked > 0;
  }

  /** While it is corked, the stream keeps all that is written. Corks nest. */
  cork(on: boolean): void {
    if (on) this.#socket.cork();
    else this.#socket.uncork();
    this.touched();
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
    if (this.#isBusy) this.touched();
    // A destroyed socket's descriptor may be another's by now.
    return !this.#isBusy && this.#descriptor >= 0 && this.#socket._handle !== null;
  }

  #writeNow(bytes: Buffer, length: number): number {
    try {
      return writeSync(this.#descriptor, bytes, 0, length);
    } catch {
      return 0; // full, or broken: the stream finds out
    }
  }
}
