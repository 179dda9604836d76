import { type FrameMatch, type InboxFrame, matches } from './frame-match.ts';

/** What a hosted client received, in order. Looking takes nothing away. Knows no socket. */
export class HostedInbox {
  readonly #limit: number;
  readonly #frames: InboxFrame[] = [];
  readonly #waiting = new Set<{ match: FrameMatch; answer: () => void }>();
  #discarded = 0;
  #isComplete = false;

  /** @param limit how many frames are kept: then the oldest leave first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#frames.length;
  }

  /** How many frames had to leave because of the limit. */
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

  push(frame: InboxFrame): void {
    this.#frames.push(frame);
    if (this.#frames.length > this.#limit) {
      this.#frames.shift();
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
