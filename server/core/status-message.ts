import type { GroupUID, RecipientUID } from '../protocol/frames.ts';
import type { PublishRequest } from './publish-request.ts';

/** One accepted publish on its way out: what every recipient shares, and each one's messageUID. */
export class StatusMessage {
  readonly request: PublishRequest;
  /** One for each of `request.toUserIds`, in the same order; or one for all of a group, or of a broadcast. */
  readonly messageUIDs: readonly string[];
  /** Milliseconds since 1970. */
  readonly sentTime: number;
  readonly #encodings = new Map<(message: StatusMessage) => unknown, unknown>();

  constructor(request: PublishRequest, messageUIDs: readonly string[], sentTime: number) {
    this.request = request;
    this.messageUIDs = messageUIDs;
    this.sentTime = sentTime;
  }

  /** What `encode` makes of this message: made once, however many sessions it goes to. */
  encodedBy<T>(encode: (message: StatusMessage) => T): T {
    let encoded = this.#encodings.get(encode) as T | undefined;
    if (encoded === undefined) {
      encoded = encode(this);
      this.#encodings.set(encode, encoded);
    }
    return encoded;
  }

  /** Whether it is for whoever is online, so that each node finds the recipients among its own. */
  get isBroadcast(): boolean {
    return this.request.channelType === 'SYSTEM';
  }

  /** Of the recipient at this place of `request.toUserIds`. */
  messageUIDOf(index: number): string {
    return this.messageUIDs[index] ?? this.messageUIDs[0]!;
  }

  /** The list of the answer as an object (A1). */
  recipientUIDs(): RecipientUID[] {
    return this.request.toUserIds.map((userId, index) => ({ userId, messageUID: this.messageUIDOf(index) }));
  }

  /** This group's row of the answer; only for a message to a group (A1). */
  groupUID(): GroupUID {
    return { groupId: this.request.groupId!, messageUID: this.messageUIDs[0]! };
  }
}

/** The list of the answer as JSON, also part of the echo (B1.6). By hand: twice as fast as of an object. */
export function encodeMessageUIDs(message: StatusMessage): string {
  const { request, messageUIDs } = message;
  if (request.groupId !== undefined) return JSON.stringify([message.groupUID()]);
  const rows = request.toUserIds.map((userId, index) => {
    return `{"userId":${JSON.stringify(userId)},"messageUID":"${messageUIDs[index]}"}`;
  });
  return `[${rows.join(',')}]`;
}
