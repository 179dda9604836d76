/** Who waits for a client to have read what was sent to it. A ping goes behind that, and its pong confirms it. */
export class Confirmations {
  readonly #waiting: (() => void)[] = [];
  /** How many have waited before them. */
  #confirmed = 0;

  /** What the next ping says. It names the last who waits: its pong may be the only one (RFC 6455, section 5.5.3). */
  get pingPayload(): string {
    return String(this.#confirmed + this.#waiting.length - 1);
  }

  /** Resolves with the pong of the next ping, or when nothing is left to wait for. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  pong(payload: string): void {
    if (payload === '') return; // not asked for by any ping of ours
    while (this.#waiting.length > 0 && this.#confirmed <= Number(payload)) {
      this.#confirmed++;
      this.#waiting.shift()!();
    }
  }

  /** The socket is gone. */
  end(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
