/** How fast two clocks may drift apart, in milliseconds for each one that passes: far more than real ones do. */
const drift = 0.0002;

/**
 * How late the messages of one sender are. The clocks of two machines need not agree: the quickest message so far shows
 * how far they are apart, closely enough.
 */
export class ClockSkew {
  #shortestMs = Number.POSITIVE_INFINITY;
  #measuredAt = 0;

  /**
   * How much longer a message took than the quickest one.
   * @param sentAt by the sender's clock
   * @param now by this node's
   */
  latenessOf(sentAt: number, now: number): number {
    const ms = now - sentAt;
    this.#shortestMs = Math.min(ms, this.#shortestMs + (now - this.#measuredAt) * drift);
    this.#measuredAt = now;
    return ms - this.#shortestMs;
  }
}
