import type { MessageTypeFlags } from '../server/protocol/message-types.ts';
import { Backlog } from './backlog.ts';
import { callBack } from './call-back.ts';
import type { SimClient } from './client.ts';
import type { ReceivedFrame } from './inbox.ts';
import { checkLimit } from './limit.ts';
import { MessageTypes } from './message-types.ts';

/** With one partner, or in a group. */
export type Conversation = { userId: string } | { groupId: string };

/** A message as the app took it. */
export interface AppMessage {
  conversation: Conversation;
  messageUID: string;
  fromUserId: string;
  objectName: string;
  content: string;
  /** Milliseconds since 1970. */
  sentTime: number;
  /** Sent by the app's own user, from wherever. */
  own: boolean;
  /** False for a custom type that is not registered: the app received it, and can do nothing with it (A1). */
  parsable: boolean;
  /** It went into the local store. */
  stored: boolean;
  /** It raised the unread number of its conversation. */
  counted: boolean;
}

export interface ReceivingAppOptions {
  userId: string;
  /** May be shared by several apps; the app's own unless given. */
  types?: MessageTypes;
  /** How many messages the local store keeps, the latest ones; 10,000 unless told. */
  storeLimit?: number;
  /** Told of each message, also of one that leaves no trace. What it throws becomes an uncaught error. */
  onMessage?: (message: AppMessage) => void;
}

/** What a person sees: conversations, unread numbers and a local store, as the types' own flags want it (A1, A7). */
export class ReceivingApp {
  readonly userId: string;
  readonly #types: MessageTypes;
  readonly #storeLimit: number;
  readonly #onMessage: (message: AppMessage) => void;
  readonly #store = new Backlog<AppMessage>();
  readonly #conversations = new Map<string, { conversation: Conversation; unread: number }>();

  /** Throws a RangeError for what is no `storeLimit`. */
  constructor(options: ReceivingAppOptions) {
    const { userId, types = new MessageTypes(), storeLimit = 10_000, onMessage = () => {} } = options;
    checkLimit('A store keeps', 'message', storeLimit);
    this.userId = userId;
    this.#types = types;
    this.#storeLimit = storeLimit;
    this.#onMessage = onMessage;
  }

  /** All that has stored or counted a message, the oldest first. */
  get conversations(): readonly { conversation: Conversation; unread: number }[] {
    return [...this.#conversations.values()].map((entry) => ({ ...entry }));
  }

  get totalUnread(): number {
    return [...this.#conversations.values()].reduce((total, { unread }) => total + unread, 0);
  }

  unread(conversation: Conversation): number {
    return this.#conversations.get(keyOf(conversation))?.unread ?? 0;
  }

  /** The local store, in the order of arrival; all of it, or one conversation's part. */
  stored(conversation?: Conversation): readonly AppMessage[] {
    if (!conversation) return [...this.#store.entries];
    const key = keyOf(conversation);
    return this.#store.entries.filter((message) => keyOf(message.conversation) === key);
  }

  markRead(conversation: Conversation): void {
    const entry = this.#conversations.get(keyOf(conversation));
    if (entry) entry.unread = 0;
  }

  /** See `MessageTypes`. What came before stays as it was taken. */
  registerMessageType(name: string, flags: MessageTypeFlags): void {
    this.#types.registerMessageType(name, flags);
  }

  /** Takes what this session has received and will receive. Once per session; an app may live through several. */
  attach(client: Pick<SimClient, 'userId' | 'received' | 'on'>): void {
    if (client.userId !== this.userId)
      throw new TypeError(`The app of ${this.userId} cannot take what ${client.userId} receives.`);
    for (const frame of client.received) this.receive(frame);
    client.on('status', (frame) => this.receive(frame));
    client.on('echo', (frame) => this.receive(frame));
  }

  /** Returns the messages made of it: one, or for an echo one for each recipient. */
  receive(frame: ReceivedFrame): AppMessage[] {
    const { fromUserId, objectName, content, sentTime } = frame;
    const own = fromUserId === this.userId;
    const flags = this.#types.flagsOf(objectName);
    const taken = {
      fromUserId,
      objectName,
      content,
      sentTime,
      own,
      parsable: flags !== undefined,
      stored: flags?.stored ?? false,
      counted: !own && (flags?.counted ?? false),
    };
    const messages = placesOf(frame).map((place) => ({ ...place, ...taken }));
    for (const message of messages) this.#file(message);
    return messages;
  }

  #file(message: AppMessage): void {
    if (message.stored) this.#keep(message);
    if (message.stored || message.counted) this.#count(message);
    callBack(this.#onMessage, message);
  }

  #keep(message: AppMessage): void {
    this.#store.push(message);
    if (this.#store.length > this.#storeLimit) this.#store.shift();
  }

  #count({ conversation, counted }: AppMessage): void {
    const key = keyOf(conversation);
    const entry = this.#conversations.get(key) ?? { conversation, unread: 0 };
    if (counted) entry.unread += 1;
    this.#conversations.set(key, entry);
  }
}

/** Where it belongs: a received message with its sender or in its group, an own one with each recipient. */
function placesOf(frame: ReceivedFrame): { conversation: Conversation; messageUID: string }[] {
  if (frame.type === 'echo')
    return frame.messageUIDs.map(({ messageUID, ...conversation }) => ({ conversation, messageUID }));
  const { groupId, fromUserId, messageUID } = frame;
  return [{ conversation: groupId === undefined ? { userId: fromUserId } : { groupId }, messageUID }];
}

function keyOf(conversation: Conversation): string {
  return 'userId' in conversation ? `user ${conversation.userId}` : `group ${conversation.groupId}`;
}
