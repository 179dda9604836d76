import type { JsonSchema } from './json-schema.ts';
import { limits } from './limits.ts';

/** Where clients connect (B5.1). */
export const connectPath = '/connect';

/** One-to-one, in a group, or from the system to all who are online. */
export type ChannelType = 'PERSON' | 'GROUP' | 'SYSTEM';

/** Which of the four classes of platform a client logs in from: one session each (B5). */
export const platformClasses = {
  ios: 'mobile',
  android: 'mobile',
  harmony: 'mobile',
  web: 'web',
  desktop: 'desktop',
  miniprogram: 'miniprogram',
} as const;

export type Platform = keyof typeof platformClasses;

export function isPlatform(text: string): text is Platform {
  return Object.hasOwn(platformClasses, text);
}

/** The query of a login (B5.1). */
export const loginQuery: JsonSchema = {
  type: 'object',
  properties: {
    appKey: { type: 'string', description: 'The app; in open mode `default` unless given.' },
    token: { type: 'string', description: 'From /user/getToken.json.' },
    userId: { type: 'string', description: 'In open mode, in place of a token.' },
    platform: { type: 'string', enum: Object.keys(platformClasses) },
  },
};

/** The messageUID of one recipient, as in the HTTP answer (A1). */
export interface RecipientUID {
  userId: string;
  messageUID: string;
}

/** The messageUID that all recipients in one group share, as in the HTTP answer (A1). */
export interface GroupUID {
  groupId: string;
  messageUID: string;
}

/** A field of a frame: its JSON Schema, and its type, which only the compiler sees. */
export interface Field<T = unknown> {
  readonly schema: JsonSchema;
  readonly optional?: boolean;
  readonly type?: T;
}

interface OptionalField<T> extends Field<T> {
  readonly optional: true;
}

const field = <T>(schema: JsonSchema): Field<T> => ({ schema });
const optional = <T>({ schema }: Field<T>): OptionalField<T> => ({ schema, optional: true });
const typed = <T extends string>(type: T) => field<T>({ const: type });

const idSchema = { type: 'string', minLength: 1, maxLength: limits.userIdCharacters };
const text = field<string>({ type: 'string' });
const time = field<number>({ type: 'integer', description: 'Milliseconds since 1970.' });
const id = field<string>({ ...idSchema, description: 'Of a user.' });
const groupId = field<string | undefined>({ ...idSchema, description: 'Of a message to a group.' });
const messageUID = field<string>({ type: 'string', pattern: '^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$' });
const messageUIDs = {
  type: 'array',
  items: {
    type: 'object',
    required: ['messageUID'],
    properties: { userId: id.schema, groupId: id.schema, messageUID: messageUID.schema },
  },
};
const content = field<string>({ type: 'string', description: 'Exactly as published.' });
const message = {
  channelType: field<ChannelType>({ type: 'string', enum: ['PERSON', 'GROUP', 'SYSTEM'] }),
  fromUserId: id,
  groupId: optional(groupId),
  objectName: text,
  content,
  sentTime: time,
  stored: optional(
    field<true | undefined>({ const: true, description: 'Of one that the service stores (B13).' }),
  ),
};
const frameId = field<string>({
  type: 'string',
  minLength: 1,
  maxLength: limits.frameIdCharacters,
  description: 'The answer has it, too.',
});
const flag = optional(field<0 | 1>({ enum: [0, 1] }));
const userIds = field<string[]>({ type: 'array', items: id.schema, maxItems: limits.subscriptions });

/** The frames that the simulator sends (B5). */
export const serverFrames = {
  connected: { type: typed('connected'), userId: id, sessionId: text, serverTime: time },
  status: { type: typed('status'), messageUID, ...message },
  echo: { type: typed('echo'), messageUIDs: field<(RecipientUID | GroupUID)[]>(messageUIDs), ...message },
  presence: { type: typed('presence'), userId: id, online: field<boolean>({ type: 'boolean' }), at: time },
  published: { type: typed('published'), id: frameId, messageUIDs: field<RecipientUID[]>(messageUIDs) },
  synced: { type: typed('synced'), id: frameId },
  error: {
    type: typed('error'),
    id: optional(frameId),
    code: field<number>({ type: 'integer' }),
    errorMessage: text,
  },
};

/** The frames that a client sends (B5). */
export const clientFrames = {
  publish: {
    type: typed('publish'),
    id: frameId,
    toUserId: field<string[]>({ type: 'array', items: id.schema, minItems: 1, maxItems: limits.recipients }),
    objectName: field<string>({ type: 'string', minLength: 1, maxLength: limits.objectNameCharacters }),
    content,
    verifyBlacklist: flag,
    isIncludeSender: flag,
  },
  subscribe: { type: typed('subscribe'), id: optional(frameId), userIds },
  unsubscribe: { type: typed('unsubscribe'), id: optional(frameId), userIds },
  sync: { type: typed('sync'), id: frameId },
};

/** A frame as one schema. */
export function frameSchema(frame: Readonly<Record<string, Field>>): JsonSchema {
  const fields = Object.entries(frame);
  return {
    type: 'object',
    required: fields.filter(([, { optional }]) => !optional).map(([name]) => name),
    properties: Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])),
  };
}

/** The type of a frame with these fields. */
type FrameOf<F> = Simplify<
  { [K in keyof F as F[K] extends OptionalField<unknown> ? never : K]: TypeOf<F[K]> } & {
    [K in keyof F as F[K] extends OptionalField<unknown> ? K : never]?: TypeOf<F[K]>;
  }
>;
type TypeOf<F> = F extends Field<infer T> ? T : never;
type Simplify<T> = { [K in keyof T]: T[K] };

/** Always the first frame: the session is registered and the user is online. */
export type ConnectedFrame = FrameOf<typeof serverFrames.connected>;
/** A status message that reached this session. */
export type StatusFrame = FrameOf<typeof serverFrames.status>;
/** The sender's own copy, on request. It has the messageUIDs of the HTTP answer; to a group, that group's row. */
export type EchoFrame = FrameOf<typeof serverFrames.echo>;
/** A subscribed user's presence: once at the subscription, then at each change. */
export type PresenceFrame = FrameOf<typeof serverFrames.presence>;
/** Answers a `publish` frame. */
export type PublishedFrame = FrameOf<typeof serverFrames.published>;
/** Answers a `sync` frame: all that was handed to the session before has arrived. */
export type SyncedFrame = FrameOf<typeof serverFrames.synced>;
/** Answers a frame that could not be carried out; the session stays open. It has the frame's id, if readable. */
export type ErrorFrame = FrameOf<typeof serverFrames.error>;

export type ServerFrame = {
  [K in keyof typeof serverFrames]: FrameOf<(typeof serverFrames)[K]>;
}[keyof typeof serverFrames];

/** An upstream publish; the sender is the session's user. */
export type PublishFrame = FrameOf<typeof clientFrames.publish>;
/** Only an error answers it, with its id. */
export type SubscribeFrame = FrameOf<typeof clientFrames.subscribe | typeof clientFrames.unsubscribe>;
export type SyncFrame = FrameOf<typeof clientFrames.sync>;
export type ClientFrame = PublishFrame | SubscribeFrame | SyncFrame;
