import { createHash } from 'node:crypto';
import { customRandom, random as secureRandom, urlAlphabet } from 'nanoid';
import { MessageUIDs, messageUIDAlphabet, randomCharacters } from '../core/message-uids.ts';

/** Where an app's ids and chances come from: unguessable, or with a seed the same every time. */
export class Ids {
  readonly #seed: string | undefined;
  #random: (bytes: number) => Uint8Array;
  readonly #session = customRandom(urlAlphabet, 21, (bytes) => this.#random(bytes));
  readonly #publish = customRandom(messageUIDAlphabet, randomCharacters, (bytes) => this.#random(bytes));

  constructor(seed?: string) {
    this.#seed = seed;
    this.#random = this.#start();
  }

  /** With a seed they begin anew. */
  reset(): void {
    this.#random = this.#start();
  }

  session(): string {
    return this.#session();
  }

  /** One for each recipient of a publish (A4). */
  messageUIDs(count: number): MessageUIDs {
    return new MessageUIDs(this.#publish(), count);
  }

  /** A number from 0 up to 1. */
  chance(): number {
    return Buffer.from(this.#random(4)).readUInt32BE() / 2 ** 32;
  }

  #start(): (bytes: number) => Uint8Array {
    return this.#seed === undefined ? secureRandom : seededRandom(this.#seed);
  }
}

/** Bytes that look random and are the same for the same seed: hashes of the seed and a counter. */
function seededRandom(seed: string): (bytes: number) => Uint8Array {
  let counter = 0;
  return (bytes) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < bytes; length += 32) {
      blocks.push(createHash('sha256').update(`${seed}:${counter++}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, bytes);
  };
}
