import { Duplex } from 'node:stream';

/**
 * One end of a connection that stays in this process: as much of a `net.Socket` as an HTTP server and the gateway use.
 * What one end writes, the other reads in a later step of the event loop, as from the kernel.
 */
export class InProcessSocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 0;
  #peer!: InProcessSocket;
  /** The peer's write that waits for this end to read on. */
  #resume: (() => void) | undefined;

  /** Both ends. */
  static pair(): [InProcessSocket, InProcessSocket] {
    const [one, other] = [new InProcessSocket(), new InProcessSocket()];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  /** As a TCP reset (RST): the peer gets an error, and not what it has not read yet. */
  resetAndDestroy(): this {
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    process.nextTick(() => this.#peer.destroy(error));
    return this.destroy();
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    process.nextTick(() => this.#peer.#take(chunk, done));
  }

  override _final(done: () => void): void {
    process.nextTick(() => this.#peer.#take(null, done));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    process.nextTick(() => this.#peer.#take(null, () => {}));
    done(error);
  }

  #take(chunk: Buffer | null, done: () => void): void {
    // Nobody here uses half a connection, and to end one and then close it takes long.
    if (chunk === null && this.readableLength === 0) this.destroy();
    if (this.destroyed || chunk === null || this.push(chunk)) done();
    else this.#resume = done;
    if (chunk === null && !this.destroyed) this.push(null);
  }
}
