import { createHash } from 'node:crypto';

/** Choices that look random and are the same for the same seed. */
export class Chance {
  readonly #seed: string;
  #block = Buffer.alloc(0);
  #used = 0;
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A number from 0 up to 1. */
  next(): number {
    if (this.#used >= this.#block.length) this.#refill();
    const number = this.#block.readUInt32BE(this.#used) / 2 ** 32;
    this.#used += 4;
    return number;
  }

  /** A whole number from 0 up to `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** So many different ones of the list, which must hold as many. */
  sample<T>(list: readonly T[], count: number): T[] {
    const chosen = new Set<number>();
    // Each round widens the choice by one place, and takes that place when it meets a taken one (Floyd).
    for (let last = list.length - count; last < list.length; last++) {
      const index = this.below(last + 1);
      chosen.add(chosen.has(index) ? last : index);
    }
    return [...chosen].map((index) => list[index]!);
  }

  #refill(): void {
    this.#block = createHash('sha256')
      .update(`${this.#seed}:${this.#counter++}`)
      .digest();
    this.#used = 0;
  }
}
