import type { WebSocket } from 'ws';
import type { FrameReader } from './dialect.ts';

/**
 * Has the frames of one client carried out one after the other (B5.12). While one takes its time, because other nodes
 * have to answer, the client is read no further: only what has come in already waits here.
 */
export class FrameTurns {
  readonly #ws: WebSocket;
  readonly #reader: FrameReader;
  #isBusy = false;
  #waiting: [data: Buffer, isBinary: boolean][] = [];

  constructor(ws: WebSocket, reader: FrameReader) {
    this.#ws = ws;
    this.#reader = reader;
  }

  take(data: Buffer, isBinary: boolean): void {
    if (this.#isBusy) {
      this.#waiting.push([data, isBinary]);
      return;
    }
    const done = this.#reader.receive(data, isBinary);
    if (done instanceof Promise) this.#pauseUntil(done);
  }

  /** The session has ended: what waits comes too late. */
  end(): void {
    this.#waiting = [];
  }

  #pauseUntil(done: Promise<void>): void {
    this.#isBusy = true;
    this.#ws.pause();
    const goOn = () => {
      this.#isBusy = false;
      while (!this.#isBusy && this.#waiting.length > 0) this.take(...this.#waiting.shift()!);
      if (!this.#isBusy) this.#ws.resume();
    };
    done.then(goOn, goOn);
  }
}
