/** An app's time from its beginning, or its last reset, to the next reset or its end. What outlasts it asks for `now`. */
export class Life {
  #ending: AbortController | undefined;

  /** Aborts when this life ends. Made for who asks: to abort takes long, and most lives end unasked. */
  get now(): AbortSignal {
    this.#ending ??= new AbortController();
    return this.#ending.signal;
  }

  end(): void {
    this.#ending?.abort();
    this.#ending = undefined;
  }
}
