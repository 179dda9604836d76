import { createHash } from 'node:crypto';
import { customRandom, random as secureRandom, urlAlphabet } from 'nanoid';
import { MessageUIDs, messageUIDAlphabet, randomCharacters } from '../core/message-uids.ts';

/** Where an app's ids and chances come from: unguessable, or with a seed the same every time. */
export class Ids {
  readonly #random: (bytes: number) => Uint8Array;
  readonly #session: () => string;
  readonly #publish: () => string;

  constructor(seed?: string) {
    this.#random = seed === undefined ? secureRandom : seededRandom(seed);
    this.#session = customRandom(urlAlphabet, 21, this.#random);
    this.#publish = customRandom(messageUIDAlphabet, randomCharacters, this.#random);
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
