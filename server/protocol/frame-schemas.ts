import { closeCodes } from './close-codes.ts';
import { type ClientFrame, platformClasses, type ServerFrame } from './frames.ts';
import { boolean, integer, type JsonSchema, list, text } from './json-schema.ts';
import { limits } from './limits.ts';

/** What a field of a frame holds, and whether it may be absent. */
export interface FieldSchema {
  readonly schema: JsonSchema;
  readonly optional?: true;
}

/** Each field of a frame: the compiler sees to it that none is missing, and none too many. */
type Shape<F> = {
  readonly [K in keyof F]-?: object extends Pick<F, K>
    ? FieldSchema & { optional: true }
    : FieldSchema & { optional?: never };
};

const string = { schema: text };
const time = { schema: { ...integer, description: 'Milliseconds since 1970.' } };
const id = {
  schema: { ...text, minLength: 1, maxLength: limits.userIdCharacters, description: 'Of a user.' },
};
const groupId = {
  schema: { ...id.schema, description: 'Of a message to a group.' },
  optional: true,
} as const;
const messageUID = { schema: { ...text, pattern: '^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$' } };
const messageUIDs = {
  schema: list({
    type: 'object',
    required: ['messageUID'],
    properties: { userId: id.schema, groupId: id.schema, messageUID: messageUID.schema },
  }),
};
const content = { schema: { ...text, description: 'Exactly as published.' } };
const message = {
  channelType: { schema: { ...text, enum: ['PERSON', 'GROUP', 'SYSTEM'] } },
  fromUserId: id,
  groupId,
  objectName: string,
  content,
  sentTime: time,
};
const frameId = {
  schema: {
    ...text,
    minLength: 1,
    maxLength: limits.frameIdCharacters,
    description: 'The answer has it, too.',
  },
};
/** Of a frame that is answered when it is refused, or of the answer when the frame had one. */
const errorId = { ...frameId, optional: true } as const;
const flag = { schema: { enum: [0, 1] }, optional: true } as const;
const userIds = { schema: { ...list(id.schema), maxItems: limits.subscriptions } };
const typed = <T extends string>(type: T) => ({ schema: { const: type } });

/** The frames that the simulator sends (B5). */
export const serverFrames: { readonly [F in ServerFrame as F['type']]: Shape<F> } = {
  connected: { type: typed('connected'), userId: id, sessionId: string, serverTime: time },
  status: { type: typed('status'), messageUID, ...message },
  echo: { type: typed('echo'), messageUIDs, ...message },
  presence: { type: typed('presence'), userId: id, online: { schema: boolean }, at: time },
  published: { type: typed('published'), id: frameId, messageUIDs },
  synced: { type: typed('synced'), id: frameId },
  error: { type: typed('error'), id: errorId, code: { schema: integer }, errorMessage: string },
};

/** The frames that a client sends (B5). */
export const clientFrames: { readonly [F in ClientFrame as F['type']]: Shape<F> } = {
  publish: {
    type: typed('publish'),
    id: frameId,
    toUserId: { schema: { ...list(id.schema), minItems: 1, maxItems: limits.recipients } },
    objectName: { schema: { ...text, minLength: 1, maxLength: limits.objectNameCharacters } },
    content,
    verifyBlacklist: flag,
    isIncludeSender: flag,
  },
  subscribe: { type: typed('subscribe'), id: errorId, userIds },
  unsubscribe: { type: typed('unsubscribe'), id: errorId, userIds },
  sync: { type: typed('sync'), id: frameId },
};

/** The query of a login (B5.1). */
export const loginQuery: JsonSchema = {
  type: 'object',
  properties: {
    appKey: { ...text, description: 'The app; in open mode `default` unless given.' },
    token: { ...text, description: 'From /user/getToken.json.' },
    userId: { ...text, description: 'In open mode, in place of a token.' },
    platform: { ...text, enum: Object.keys(platformClasses) },
  },
};

/** How a session ends (B5.4). */
export const closings: Readonly<Record<number, string>> = {
  [closeCodes.shuttingDown]: 'The simulator is shutting down.',
  [closeCodes.frameTooLarge]: 'The client sent a frame over 1 MiB.',
  [closeCodes.unauthorized]: 'The login was refused.',
  [closeCodes.tooSlow]: 'The client read too slowly.',
  [closeCodes.kicked]: 'A later login of the same class of platform took its place.',
  [closeCodes.disconnected]: 'Disconnected by /sim.',
};

/** A frame as one schema. */
export function frameSchema(shape: Readonly<Record<string, FieldSchema>>): JsonSchema {
  const fields = Object.entries(shape);
  return {
    type: 'object',
    required: fields.filter(([, { optional }]) => !optional).map(([name]) => name),
    properties: Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])),
  };
}
