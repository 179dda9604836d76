import { hash } from 'node:crypto';
import { customRandom, random as secureRandom, urlAlphabet } from 'nanoid';
import { messageUIDAlphabet, randomCharacters } from '../core/status-message.ts';

/** Where an app's ids and chances come from: unguessable, or with a seed the same every time. */
export class Ids {
  readonly #seed: string | undefined;
  #random!: (bytes: number) => Uint8Array;
  /** Apart from the ids, so that to foresee a chance changes none of them. */
  #chances!: (bytes: number) => Uint8Array;
  #foreseen: number[] = [];
  /** The id of a session. */
  session!: () => string;
  /** The random part of a publish's messageUIDs (A4). */
  publish!: () => string;

  constructor(seed?: string) {
    this.#seed = seed;
    this.reset();
  }

  /** With a seed they begin anew. */
  reset(): void {
    const seed = this.#seed;
    this.#random = seed === undefined ? secureRandom : seededRandom(seed);
    this.#chances = seed === undefined ? secureRandom : seededRandom(`${seed}:chances`);
    this.#foreseen = [];
    this.session = customRandom(urlAlphabet, 21, this.#random);
    this.publish = customRandom(messageUIDAlphabet, randomCharacters, this.#random);
  }

  /** A number from 0 up to 1. */
  chance(): number {
    this.foreseenChance(0);
    return this.#foreseen.shift()!;
  }

  /** What `chance` will return after so many others. */
  foreseenChance(index: number): number {
    while (this.#foreseen.length <= index) {
      this.#foreseen.push(Buffer.from(this.#chances(4)).readUInt32BE() / 2 ** 32);
    }
    return this.#foreseen[index]!;
  }
}

/** Bytes that look random and are the same for the same seed: hashes of the seed and a counter. */
function seededRandom(seed: string): (bytes: number) => Uint8Array {
  let counter = 0;
  return (bytes) => {
    const blocks = Array.from({ length: Math.ceil(bytes / 32) }, () => {
      return hash('sha256', `${seed}:${counter++}`, 'buffer');
    });
    return Buffer.concat(blocks).subarray(0, bytes);
  };
}
