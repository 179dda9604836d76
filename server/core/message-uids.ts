/** What a messageUID is made of, besides hyphens. */
export const messageUIDAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** How many characters of a messageUID are random, once per publish: 62 bits. */
export const randomCharacters = 12;

/** How long every messageUID is, in characters and in bytes. */
export const messageUIDLength = 19;

/**
 * The messageUIDs of one publish, each as `XXXX-XXXX-XXXX-XXXX` (A4): one for each recipient, or one for all.
 *
 * The random part belongs to the publish, so that no two publishes share a messageUID, even after a restart or on
 * different nodes. The last four characters count the recipients: random ones would cost as much as parsing the request.
 */
export class MessageUIDs {
  /** All but the last four characters. */
  readonly beginning: string;
  readonly count: number;

  constructor(random: string, count: number) {
    this.beginning = `${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8)}-`;
    this.count = count;
  }

  /** Of one recipient. */
  of(recipientIndex: number): string {
    return this.beginning + this.endingOf(recipientIndex);
  }

  /** Its last four characters. */
  endingOf(recipientIndex: number): string {
    const number = this.#numberOf(recipientIndex);
    endings[number] ??= number.toString(digits.length).toUpperCase().padStart(4, '0');
    return endings[number];
  }

  /** Overwrites another messageUID of this publish, which begins at this byte. */
  writeOver(bytes: Uint8Array, at: number, recipientIndex: number): void {
    let number = this.#numberOf(recipientIndex);
    // By hand: `Buffer.write` is a native call, ten times as slow.
    for (let last = at + messageUIDLength - 1; last >= at + this.beginning.length; last--) {
      bytes[last] = digits[number % digits.length]!;
      number = Math.floor(number / digits.length);
    }
  }

  #numberOf(recipientIndex: number): number {
    return recipientIndex < this.count ? recipientIndex : 0;
  }
}

/** What makes messageUIDs for one publish after the other, out of such random parts. */
export function messageUIDsFrom(random: () => string): (count: number) => MessageUIDs {
  return (count) => new MessageUIDs(random(), count);
}

const digits = Buffer.from(messageUIDAlphabet);
const endings: string[] = [];
