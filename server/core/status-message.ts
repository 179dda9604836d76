import type { GroupUID, RecipientUID } from '../protocol/frames.ts';
import type { MessageUIDs } from './message-uids.ts';
import type { PublishRequest } from './publish-request.ts';

/** One accepted publish on its way out: what every recipient shares, and each one's messageUID. */
export class StatusMessage {
  readonly request: PublishRequest;
  /** By the place in `request.toUserIds`; one for all of a group, or of a broadcast. */
  readonly messageUIDs: MessageUIDs;
  /** Milliseconds since 1970. */
  readonly sentTime: number;
  // Few: to go through them is faster than a map.
  readonly #encodings: { encode: (message: StatusMessage) => unknown; encoded: unknown }[] = [];

  constructor(request: PublishRequest, messageUIDs: MessageUIDs, sentTime: number) {
    this.request = request;
    this.messageUIDs = messageUIDs;
    this.sentTime = sentTime;
  }

  /** What `encode` makes of this message: made once, however many sessions it goes to. */
  encodedBy<T>(encode: (message: StatusMessage) => T): T {
    for (const made of this.#encodings) if (made.encode === encode) return made.encoded as T;
    const encoded = encode(this);
    this.#encodings.push({ encode, encoded });
    return encoded;
  }

  /** Whether it is for whoever is online, so that each node finds the recipients among its own. */
  get isBroadcast(): boolean {
    return this.request.channelType === 'SYSTEM';
  }

  /** The list of the answer as an object (A1). */
  recipientUIDs(): RecipientUID[] {
    return this.request.toUserIds.map((userId, place) => ({
      userId,
      messageUID: this.messageUIDs.of(place),
    }));
  }

  /** This group's row of the answer; only for a message to a group (A1). */
  groupUID(): GroupUID {
    return { groupId: this.request.groupId!, messageUID: this.messageUIDs.of(0) };
  }
}

/** The list of the answer as JSON, also part of the echo (B1.6). By hand: four times as fast as of objects. */
export function encodeMessageUIDs(message: StatusMessage): string {
  const { request, messageUIDs } = message;
  if (request.groupId !== undefined) return JSON.stringify([message.groupUID()]);
  const between = `","messageUID":"${messageUIDs.beginning}`;
  let list = '';
  let before = '[{"userId":"';
  for (let place = 0; place < request.toUserIds.length; place++) {
    list += before + escaped(request.toUserIds[place]!) + between + messageUIDs.endingOf(place);
    before = '"},{"userId":"';
  }
  return `${list}"}]`;
}

/** As it stands between the quotes of JSON. */
function escaped(text: string): string {
  return isPlain.test(text) ? text : JSON.stringify(text).slice(1, -1);
}

/** Printable ASCII without the quote and the backslash: it stands there as it is. */
const isPlain = /^[ !#-[\]-~]*$/;
