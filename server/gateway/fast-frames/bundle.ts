import { flushAtEndOfTurn, type WriteBatch } from '../../edge/write-batch.ts';
import type { EncodedFrame } from './encoded-frame.ts';

/**
 * Small frames to one client, put together for one write. Under load the next client gets the same frames with its own
 * messageUIDs: then they are here already, and only the messageUIDs are written anew.
 */
export class Bundle implements WriteBatch {
  readonly bytes = Buffer.alloc(64 * 1024);
  /** How many bytes this client gets. */
  length = 0;
  /** What is here, from the first byte on, and how many of it this client gets. */
  #frames: EncodedFrame[] = [];
  #count = 0;

  /** Adds a frame; false when there is no room for it. */
  add(frame: EncodedFrame, recipientIndex: number): boolean {
    const end = this.length + frame.bytes.length;
    if (end > this.bytes.length) return false;
    if (frame === this.#frames[this.#count]) frame.address(this.bytes, this.length, recipientIndex);
    else this.#replace(frame, recipientIndex);
    this.#count++;
    this.length = end;
    return true;
  }

  /** The next frame is the first for the next client. */
  rewind(): void {
    this.#count = 0;
    this.length = 0;
  }

  /** Leaves nothing of a message behind (B1.3). */
  flush(): void {
    this.bytes.fill(0);
    this.#frames = [];
  }

  /** Puts a frame where another may be. Whatever was behind that one no longer stands where it begins. */
  #replace(frame: EncodedFrame, recipientIndex: number): void {
    if (this.#frames.length === 0) flushAtEndOfTurn(this);
    this.#frames.length = this.#count;
    this.#frames.push(frame);
    frame.copyTo(this.bytes, this.length, recipientIndex);
  }
}
