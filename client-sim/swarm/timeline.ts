/** The time by which the swarm says what came before what. */
export class Timeline {
  #last = 0;

  /** Milliseconds since 1970. No two moments are the same, and the later one is the larger one. */
  now(): number {
    this.#last = Math.max(this.#last + leastStepMs, performance.timeOrigin + performance.now());
    return this.#last;
  }
}

/** Well above what a number of this size can still tell apart. */
const leastStepMs = 0.001;
