import type { App } from '../app/app.ts';
import type { ListChange, PublishOptions } from '../app/ports.ts';
import { publishHints } from '../core/hints.ts';
import {
  type Fields,
  idParameter,
  idsParameter,
  ignoredParameter,
  type Parameter,
} from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { parseBroadcast, parseGroupPublish, parsePublish } from '../core/publish-request.ts';
import { encodeMessageUIDs } from '../core/status-message.ts';
import type { JsonSchema } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';

/** A call of RongCloud's, as it is carried out and as it is documented. */
export interface RongcloudCall {
  /** In one line. */
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** What the answer has besides its code, by name. */
  readonly answer: Readonly<Record<string, JsonSchema>>;
  /** Whether it may be refused with 1008. */
  readonly rated?: true;
  /**
   * The answer as a text.
   * @param address tells where clients find this server, if their tokens are to say so
   * @throws ApiError
   */
  run(app: App, fields: Fields, address: () => string | undefined): string | Promise<string>;
}

const { fromUserId, toUserId, toGroupId, objectName, content, verifyBlacklist, isIncludeSender } =
  publishParameters;
const userId = idParameter('userId', { description: 'The user.', example: 'bob' });
const groupId = idParameter('groupId', { description: 'The group.', example: 'team' });
const groupName = ignoredParameter('groupName', { description: 'Ignored.', example: 'Team' });
const blackUserId = idsParameter('blackUserId', limits.blackUserIds, {
  description: 'Who is to reach the user no longer. Repeat it for more.',
  example: ['mallory'],
});
const members = idsParameter('userId', limits.groupUserIds, {
  description: 'A member. Repeat it for more.',
  example: ['bob', 'carol'],
});

const text: JsonSchema = { type: 'string' };
const texts: JsonSchema = { type: 'array', items: text };
const messageUID: JsonSchema = {
  type: 'string',
  pattern: '^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$',
  examples: ['5GSB-RPM1-KP8H-9JHF'],
};
const messageUIDs = (id: string): JsonSchema => ({
  type: 'array',
  items: { type: 'object', required: [id, 'messageUID'], properties: { [id]: text, messageUID } },
});

/** Every call of RongCloud's that is answered, by its path (A1, A6). */
export const rongcloudCalls: Readonly<Record<string, RongcloudCall>> = {
  '/statusmessage/private/publish.json': {
    summary: 'Send a status message to users.',
    parameters: [fromUserId, toUserId, objectName, content, verifyBlacklist, isIncludeSender],
    answer: { messageUIDs: messageUIDs('userId') },
    rated: true,
    async run({ publisher, settings }, fields) {
      const { message } = await publisher.publish(parsePublish(fields, settings), fromBackEnd(fields));
      return `{"code":200,"messageUIDs":${encodeMessageUIDs(message)}}`;
    },
  },

  '/statusmessage/group/publish.json': {
    summary: 'Send a status message to the members of groups.',
    parameters: [fromUserId, toGroupId, objectName, content, verifyBlacklist, isIncludeSender],
    answer: { messageUIDs: messageUIDs('groupId') },
    rated: true,
    async run({ publisher, settings }, fields) {
      const request = parseGroupPublish(fields, settings);
      const published = await publisher.publishToGroups(request, fromBackEnd(fields));
      return ok({ messageUIDs: published.map(({ message }) => message.groupUID()) });
    },
  },

  '/message/online/broadcast.json': {
    summary: 'Send a message to every user who is online.',
    parameters: [fromUserId, objectName, content],
    answer: { messageUID },
    rated: true,
    async run({ publisher, settings }, fields) {
      const { message } = await publisher.broadcast(parseBroadcast(fields, settings), fromBackEnd(fields));
      return ok({ messageUID: message.messageUIDs.of(0) });
    },
  },

  '/user/getToken.json': {
    summary: 'Get a token for a client to log in with.',
    parameters: [
      userId,
      ignoredParameter('name', { description: 'Ignored.', example: 'Bob' }),
      ignoredParameter('portraitUri', { description: 'Ignored.', example: 'http://portrait.test/bob.png' }),
    ],
    answer: { userId: text, token: text },
    run(app, fields, address) {
      const id = userId.read(fields);
      return ok({ userId: id, token: app.tokens.issue(id, address()) });
    },
  },

  '/user/checkOnline.json': {
    summary: 'Ask whether a user is online.',
    parameters: [userId],
    // A text, and the same for a user who is offline and for one who never was (A6).
    answer: { status: { type: 'string', enum: ['0', '1'], description: '1: online.' } },
    async run({ directory }, fields) {
      const id = userId.read(fields);
      await directory.catchUp();
      return ok({ status: directory.isOnline(id) ? '1' : '0' });
    },
  },

  '/user/blacklist/add.json': {
    summary: "Put users on a user's blacklist.",
    parameters: [userId, blackUserId],
    answer: {},
    run(app, fields) {
      return changed(app, 'blacklists', 'add', userId.read(fields), blackUserId.read(fields));
    },
  },

  '/user/blacklist/remove.json': {
    summary: "Take users off a user's blacklist.",
    parameters: [userId, blackUserId],
    answer: {},
    run(app, fields) {
      return changed(app, 'blacklists', 'remove', userId.read(fields), blackUserId.read(fields));
    },
  },

  '/user/blacklist/query.json': {
    summary: "Read a user's blacklist.",
    parameters: [userId],
    answer: { users: texts },
    run: (app, fields) => ok({ users: app.blacklists.of(userId.read(fields)) }),
  },

  '/group/create.json': {
    summary: 'Make a group of users.',
    parameters: [members, groupId, groupName],
    answer: {},
    run: join,
  },

  '/group/join.json': {
    summary: 'Add users to a group.',
    parameters: [members, groupId, groupName],
    answer: {},
    run: join,
  },

  '/group/quit.json': {
    summary: 'Take users out of a group.',
    parameters: [members, groupId],
    answer: {},
    run(app, fields) {
      const userIds = members.read(fields);
      return changed(app, 'groups', 'remove', groupId.read(fields), userIds);
    },
  },

  '/group/dismiss.json': {
    summary: 'End a group.',
    parameters: [userId, groupId],
    answer: {},
    run(app, fields) {
      userId.read(fields);
      return changed(app, 'groups', 'drop', groupId.read(fields));
    },
  },

  '/group/user/query.json': {
    summary: 'Read who is in a group.',
    parameters: [groupId],
    answer: {
      users: { type: 'array', items: { type: 'object', required: ['id'], properties: { id: text } } },
    },
    run(app, fields) {
      return ok({ users: app.groups.membersOf(groupId.read(fields)).map((id) => ({ id })) });
    },
  },
};

function fromBackEnd(fields: Fields): PublishOptions {
  return { via: 'rongcloud', hints: () => publishHints(fields) };
}

function join(app: App, fields: Fields): Promise<string> {
  const userIds = members.read(fields);
  return changed(app, 'groups', 'add', groupId.read(fields), userIds);
}

async function changed(
  app: App,
  list: ListChange['list'],
  change: ListChange['change'],
  id: string,
  members: readonly string[] = [],
): Promise<string> {
  await app.control.change({ list, change, id, members });
  return ok();
}

function ok(answer: object = {}): string {
  return JSON.stringify({ code: 200, ...answer });
}
