/** How fast two clocks may drift apart, in milliseconds for each one that passes: far more than real ones do. */
const drift = 0.0002;

/**
 * How much longer than the shortest way a text of one sender took. The clocks of two machines need not agree: the
 * quickest text so far shows how far they are apart, as nearly as anybody has to know.
 */
export class Lateness {
  #shortest = Number.POSITIVE_INFINITY;
  #measuredAt = 0;

  /** @param sentAt by the sender's clock @param now by this node's */
  of(sentAt: number, now: number): number {
    const way = now - sentAt;
    this.#shortest = Math.min(way, this.#shortest + (now - this.#measuredAt) * drift);
    this.#measuredAt = now;
    return way - this.#shortest;
  }
}
