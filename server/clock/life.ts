/** An app's time from its beginning, or its last reset, to the next reset or its end. What outlasts it asks for `now`. */
export class Life {
  #ending = new AbortController();

  /** Aborts when this life ends. */
  get now(): AbortSignal {
    return this.#ending.signal;
  }

  end(): void {
    this.#ending.abort('ended'); // without a reason an error is made, which takes long
    this.#ending = new AbortController();
  }
}
