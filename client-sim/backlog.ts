/** Entries in order, of which the oldest leave at little cost, however many there are. */
export class Backlog<T> {
  readonly #entries: T[] = [];
  /** How many at the front have left already. */
  #gap = 0;

  /** A live list. What has left is gone from it when it is next asked for, or soon after. */
  get entries(): readonly T[] {
    this.#closeGap();
    return this.#entries;
  }

  get length(): number {
    return this.#entries.length - this.#gap;
  }

  /** The oldest. */
  get first(): T | undefined {
    return this.#entries[this.#gap];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  /** Takes out the oldest. */
  shift(): T | undefined {
    const { first } = this;
    if (this.length > 0) this.#gap += 1;
    // Closing the gap moves all that stays: in a long list seldom, then, and in a short one at once.
    if (this.#gap > this.#entries.length / 100) this.#closeGap();
    return first;
  }

  /** Takes out the oldest that is wanted. */
  take(isWanted: (entry: T) => boolean): T | undefined {
    for (let index = 0; index < this.length; index++) {
      if (!isWanted(this.#entries[this.#gap + index]!)) continue;
      return index === 0 ? this.shift() : this.#entries.splice(this.#gap + index, 1)[0];
    }
    return undefined;
  }

  #closeGap(): void {
    if (this.#gap > 0) this.#entries.splice(0, this.#gap);
    this.#gap = 0;
  }
}
