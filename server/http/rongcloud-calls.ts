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
import { type JsonSchema, list, object, text } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import type { RouteDocs } from './route-docs.ts';

/** One of RongCloud's calls: its documentation and its implementation. */
export interface RongcloudCall extends Pick<RouteDocs, 'summary' | 'answer'> {
  readonly parameters: readonly Parameter[];
  /** Whether a rate limit may refuse it with 1008. */
  readonly rated?: true;
  /**
   * Returns the answer as JSON.
   * @param address of this server, if tokens are to carry it
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
  description: 'A user who may no longer reach this one. Repeat it for more.',
  example: ['mallory'],
});
const members = idsParameter('userId', limits.groupUserIds, {
  description: 'A member. Repeat it for more.',
  example: ['bob', 'carol'],
});

const messageUID: JsonSchema = {
  type: 'string',
  pattern: '^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$',
  examples: ['5GSB-RPM1-KP8H-9JHF'],
};

/** Every RongCloud call that is answered, by path (A1, A6). */
export const rongcloudCalls: Readonly<Record<string, RongcloudCall>> = {
  '/statusmessage/private/publish.json': {
    summary: 'Send a status message to users.',
    parameters: [fromUserId, toUserId, objectName, content, verifyBlacklist, isIncludeSender],
    answer: { messageUIDs: list(object({ userId: text, messageUID })) },
    rated: true,
    async run({ publisher, settings }, fields) {
      const { message } = await publisher.publish(parsePublish(fields, settings), fromBackEnd(fields));
      return `{"code":200,"messageUIDs":${encodeMessageUIDs(message)}}`;
    },
  },

  '/statusmessage/group/publish.json': {
    summary: 'Send a status message to the members of groups.',
    parameters: [fromUserId, toGroupId, objectName, content, verifyBlacklist, isIncludeSender],
    answer: { messageUIDs: list(object({ groupId: text, messageUID })) },
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
    // A string; a user who is offline and one who never existed get the same (A6).
    answer: { status: { type: 'string', enum: ['0', '1'], description: '1: online.' } },
    async run({ directory }, fields) {
      const id = userId.read(fields);
      await directory.catchUp();
      return ok({ status: directory.isOnline(id) ? '1' : '0' });
    },
  },

  '/user/blacklist/add.json': blacklistChange("Put users on a user's blacklist.", 'add'),

  '/user/blacklist/remove.json': blacklistChange("Take users off a user's blacklist.", 'remove'),

  '/user/blacklist/query.json': {
    summary: "Read a user's blacklist.",
    parameters: [userId],
    answer: { users: list(text) },
    run: (app, fields) => ok({ users: app.blacklists.of(userId.read(fields)) }),
  },

  '/group/create.json': groupChange('Create a group.', 'add', groupName),

  '/group/join.json': groupChange('Add users to a group.', 'add', groupName),

  '/group/quit.json': groupChange('Take users out of a group.', 'remove'),

  '/group/dismiss.json': listChange('Dismiss a group.', [userId, groupId], (fields) => {
    userId.read(fields);
    return { list: 'groups', change: 'drop', id: groupId.read(fields), members: [] };
  }),

  '/group/user/query.json': {
    summary: 'List the members of a group.',
    parameters: [groupId],
    answer: { users: list(object({ id: text })) },
    run(app, fields) {
      return ok({ users: app.groups.membersOf(groupId.read(fields)).map((id) => ({ id })) });
    },
  },
};

function fromBackEnd(fields: Fields): PublishOptions {
  return { via: 'rongcloud', hints: () => publishHints(fields) };
}

function blacklistChange(summary: string, change: 'add' | 'remove'): RongcloudCall {
  return listChange(summary, [userId, blackUserId], (fields) => {
    return { list: 'blacklists', change, id: userId.read(fields), members: blackUserId.read(fields) };
  });
}

function groupChange(summary: string, change: 'add' | 'remove', ...ignored: Parameter[]): RongcloudCall {
  return listChange(summary, [members, groupId, ...ignored], (fields) => {
    return { list: 'groups', change, members: members.read(fields), id: groupId.read(fields) };
  });
}

function listChange(
  summary: string,
  parameters: readonly Parameter[],
  read: (fields: Fields) => ListChange,
): RongcloudCall {
  return {
    summary,
    parameters,
    answer: {},
    async run({ control }, fields) {
      await control.change(read(fields));
      return ok();
    },
  };
}

function ok(answer: object = {}): string {
  return JSON.stringify({ code: 200, ...answer });
}

/**
 * Calls that send what the service stores. Typing is often posted there by mistake, so each names the status call
 * that does not store (A6).
 */
export const storedCalls: Readonly<Record<string, string>> = {
  '/message/private/publish.json': '/statusmessage/private/publish.json',
  '/message/private/publish_template.json': '/statusmessage/private/publish.json',
  '/message/group/publish.json': '/statusmessage/group/publish.json',
  '/message/ultragroup/publish.json': '/statusmessage/group/publish.json',
  '/message/chatroom/publish.json': '/statusmessage/group/publish.json',
  '/message/chatroom/broadcast.json': '/message/online/broadcast.json',
  '/message/system/publish.json': '/statusmessage/private/publish.json',
  '/message/system/publish_template.json': '/statusmessage/private/publish.json',
  '/message/broadcast.json': '/message/online/broadcast.json',
};
