import { hash } from 'node:crypto';
import { customRandom, random as secureRandom, urlAlphabet } from 'nanoid';
import { MessageUIDs, messageUIDAlphabet, randomCharacters } from '../core/status-message.ts';

/** Where an app's ids and chances come from: unguessable, or with a seed the same every time. */
export class Ids {
  readonly #seed: string | undefined;
  #random!: (bytes: number) => Uint8Array;
  /** Apart from the ids, so that to foresee a chance changes none of them. */
  #chances!: (bytes: number) => Uint8Array;
  #foreseen: number[] = [];
  /** The id of a session. */
  session!: () => string;
  /** One messageUID for each recipient of a publish (A4). */
  messageUIDs!: (count: number) => MessageUIDs;

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
    const publish = customRandom(messageUIDAlphabet, randomCharacters, this.#random);
    this.messageUIDs = (count) => new MessageUIDs(publish(), count);
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
