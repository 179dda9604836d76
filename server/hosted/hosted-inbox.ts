import { type FrameMatch, type InboxFrame, matches } from './frame-match.ts';

/** How much an inbox keeps: then the oldest frames leave first. */
export interface InboxBounds {
  readonly inboxFrames: number;
  /** As they came over the wire. */
  readonly inboxBytes: number;
}

/** What a hosted client received, in order. Looking takes nothing away. Knows no socket. */
export class HostedInbox {
  readonly #bounds: InboxBounds;
  readonly #frames: InboxFrame[] = [];
  /** Of each frame. */
  readonly #sizes: number[] = [];
  #bytes = 0;
  readonly #waiting = new Set<{ match: FrameMatch; answer: () => void }>();
  #discarded = 0;
  #isComplete = false;

  constructor(bounds: InboxBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#frames.length;
  }

  /** How many frames had to leave because of the bounds. */
  get discarded(): number {
    return this.#discarded;
  }

  /** The frames so far that match. */
  frames(match: FrameMatch = {}): InboxFrame[] {
    return this.#frames.filter((frame) => matches(frame, match));
  }

  /** As `frames`, as soon as there is one; none when `signal` aborts, or when no more can come. */
  async waitFor(match: FrameMatch, signal: AbortSignal): Promise<InboxFrame[]> {
    const found = this.frames(match);
    if (found.length > 0 || this.#isComplete || signal.aborted) return found;
    return new Promise((resolve) => {
      const waiting = {
        match,
        answer: () => {
          this.#waiting.delete(waiting);
          signal.removeEventListener('abort', waiting.answer);
          resolve(this.frames(match));
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', waiting.answer);
    });
  }

  /** @param bytes of the frame on the wire */
  push(frame: InboxFrame, bytes: number): void {
    this.#frames.push(frame);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    while (this.#frames.length > this.#bounds.inboxFrames || this.#bytes > this.#bounds.inboxBytes) {
      this.#frames.shift();
      this.#bytes -= this.#sizes.shift()!;
      this.#discarded++;
    }
    for (const { match, answer } of this.#waiting) {
      if (matches(frame, match)) answer();
    }
  }

  /** No more frames will come. */
  complete(): void {
    this.#isComplete = true;
    for (const { answer } of this.#waiting) answer();
  }
}
