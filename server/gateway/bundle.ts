import { type Flushable, flushAtEndOfTurn } from '../edge/turn.ts';
import type { EncodedFrame } from './encoded-frame.ts';

/**
 * Small frames to one client, put together to go out with one write. Under load the next client gets the same ones,
 * with its own messageUIDs: then they stand here already, and only these are written anew.
 */
export class Bundle implements Flushable {
  readonly bytes = Buffer.alloc(64 * 1024);
  /** What stands here, from the first byte on. */
  #frames: EncodedFrame[] = [];
  /** How many of them this client gets, and where they end. */
  #count = 0;
  #length = 0;

  /** Adds a frame for the recipient at this place; false when it has no room. */
  add(frame: EncodedFrame, place: number): boolean {
    const end = this.#length + frame.bytes.length;
    if (end > this.bytes.length) return false;
    if (frame === this.#frames[this.#count]) frame.address(this.bytes, this.#length, place);
    else this.#replace(frame, place);
    this.#count++;
    this.#length = end;
    return true;
  }

  /** How many bytes this client gets. */
  get length(): number {
    return this.#length;
  }

  /** The next frame is the first for the next client. */
  rewind(): void {
    this.#count = 0;
    this.#length = 0;
  }

  /** Leaves nothing of a message behind. */
  flush(): void {
    this.bytes.fill(0);
    this.#frames = [];
  }

  /** Puts it where another one may stand, behind which nothing is in its place any more. */
  #replace(frame: EncodedFrame, place: number): void {
    if (this.#frames.length === 0) flushAtEndOfTurn(this);
    this.#frames.length = this.#count;
    this.#frames.push(frame);
    frame.copyTo(this.bytes, this.#length, place);
  }
}
