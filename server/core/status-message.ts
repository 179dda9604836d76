import type { GroupUID, RecipientUID } from '../protocol/frames.ts';
import type { PublishRequest } from './publish-request.ts';

/** One accepted publish on its way out: what every recipient shares, and each one's messageUID. */
export class StatusMessage {
  request: PublishRequest;
  /** By the index in `request.toUserIds`; one for all of a group, or of a broadcast. */
  readonly messageUIDs: MessageUIDs;
  /** Milliseconds since 1970. */
  readonly sentTime: number;
  /** At most three entries, so a linear scan. They are gone when the message is (B2.3). */
  #encodings: readonly { encode: unknown; encoded: unknown }[] = [];

  constructor(request: PublishRequest, messageUIDs: MessageUIDs, sentTime: number) {
    this.request = request;
    this.messageUIDs = messageUIDs;
    this.sentTime = sentTime;
  }

  /** A broadcast goes to whoever is online: each node finds its own recipients. */
  get isBroadcast(): boolean {
    return this.request.channelType === 'SYSTEM' && !this.request.stored;
  }

  /** Lets go of what the request was read from, of which its texts may be parts: to be called before it is kept. */
  detach(): void {
    this.request = structuredClone(this.request);
  }

  /** The list of the answer as an object (A1). */
  recipientUIDs(): RecipientUID[] {
    return this.request.toUserIds.map((userId, recipientIndex) => ({
      userId,
      messageUID: this.messageUIDs.of(recipientIndex),
    }));
  }

  /** This group's row of the answer; only for a message to a group (A1). */
  groupUID(): GroupUID {
    return { groupId: this.request.groupId!, messageUID: this.messageUIDs.of(0) };
  }

  /** What `encode` makes of this message; it is called once, however many sessions the message goes to. */
  encodedBy<T>(encode: (message: StatusMessage) => T): T {
    for (const each of this.#encodings) if (each.encode === encode) return each.encoded as T;
    const encoded = encode(this);
    this.#encodings = [...this.#encodings, { encode, encoded }];
    return encoded;
  }
}

/** Encodes each message once. */
export function oncePerMessage<T>(encode: (message: StatusMessage) => T): (message: StatusMessage) => T {
  return (message) => message.encodedBy(encode);
}

/** The list of the answer as JSON, also part of the echo (B1.6). By hand: four times as fast as `JSON.stringify`. */
export const encodeMessageUIDs = oncePerMessage((message) => {
  const { request, messageUIDs } = message;
  if (request.groupId !== undefined) return JSON.stringify([message.groupUID()]);
  const between = `","messageUID":"${messageUIDs.beginning}`;
  let list = '';
  let before = '[{"userId":"';
  for (let index = 0; index < request.toUserIds.length; index++) {
    list += before + escaped(request.toUserIds[index]!) + between + messageUIDs.endingOf(index);
    before = '"},{"userId":"';
  }
  return `${list}"}]`;
});

/** As between the quotes of a JSON string. */
function escaped(text: string): string {
  return isPlain.test(text) ? text : JSON.stringify(text).slice(1, -1);
}

/** Printable ASCII without the quote and the backslash: needs no escaping. */
const isPlain = /^[ !#-[\]-~]*$/;

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

const digits = Buffer.from(messageUIDAlphabet);
const endings: string[] = [];
