import { Duplex } from 'node:stream';

/** What is on the way takes no part in a backlog up to here, as with the buffers of a kernel. */
const onTheWayBytes = 4 * 2 ** 20;

/** A promise, as fake timers replace `nextTick` and `queueMicrotask`. */
const soon = (action: () => void) => void Promise.resolve().then(action);

/**
 * One end of a connection that stays in this process: as much of a `net.Socket` as an HTTP server and the gateway use.
 * What one end writes is on its way at once, and the other reads it in a later step of the event loop.
 */
export class InProcessSocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 0;
  #peer!: InProcessSocket;
  /** On the way here; null for the end. */
  #incoming: (Buffer | null)[] = [];
  #incomingBytes = 0;
  #isReading = false;
  #isScheduled = false;
  /** Lets the peer write on. */
  #resumePeer: (() => void) | undefined;

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
    soon(() => this.#peer.destroy(error));
    return this.destroy();
  }

  override _read(): void {
    this.#isReading = true;
    if (this.#incoming.length > 0) this.#schedule();
  }

  /** What was corked arrives as one. */
  override _writev(chunks: readonly { chunk: Buffer }[], done: () => void): void {
    this.#peer.#send(
      chunks.length === 1 ? chunks[0]!.chunk : Buffer.concat(chunks.map(({ chunk }) => chunk)),
    );
    if (this.#peer.#incomingBytes < onTheWayBytes) done();
    else this.#peer.#resumePeer = done;
  }

  override _final(done: () => void): void {
    this.#peer.#send(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#incoming = [];
    this.#peer.#send(null);
    this.#resume();
    done(error);
  }

  /** Puts it on the way to this end. */
  #send(chunk: Buffer | null): void {
    if (this.destroyed) return;
    this.#incoming.push(chunk);
    this.#incomingBytes += chunk?.length ?? 0;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    soon(() => this.#arrive());
  }

  #arrive(): void {
    this.#isScheduled = false;
    while (this.#incoming.length > 0 && (this.#isReading || this.#incoming[0] === null)) {
      const chunk = this.#incoming.shift()!;
      // Nobody here uses half a connection, and to end one before it is closed takes long.
      if (chunk === null && this.readableLength === 0) this.destroy();
      else this.#isReading = this.push(chunk);
      this.#incomingBytes -= chunk?.length ?? 0;
    }
    if (this.#incomingBytes < onTheWayBytes) this.#resume();
  }

  #resume(): void {
    const resume = this.#resumePeer;
    this.#resumePeer = undefined;
    resume?.();
  }
}
