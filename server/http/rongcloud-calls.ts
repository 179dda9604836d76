import { publishHints } from '../../client-sim/claims/hints.ts';
import type { Published, PublishOptions } from '../app/ports.ts';
import { type Fields, idsParameter, optional } from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import {
  parseBroadcast,
  parseGroupPublish,
  parsePublish,
  parseStored,
  parseStoredToGroup,
} from '../core/publish-request.ts';
import { encodeMessageUIDs } from '../core/status-message.ts';
import { type JsonSchema, list, object, text } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import { ok, type RongcloudCalls } from './rongcloud-call.ts';
import { entrustCalls } from './rongcloud-entrust-calls.ts';
import { groupCalls } from './rongcloud-group-calls.ts';
import { userCalls } from './rongcloud-user-calls.ts';

const { fromUserId, toUserId, toGroupId, objectName, content, verifyBlacklist, isIncludeSender } =
  publishParameters;

const messageUID: JsonSchema = {
  type: 'string',
  pattern: '^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$',
  examples: ['5GSB-RPM1-KP8H-9JHF'],
};

/** Every RongCloud call that is answered, by path (A1, A6). */
export const rongcloudCalls: RongcloudCalls = {
  '/statusmessage/private/publish.json': {
    summary: 'Send a status message to users.',
    parameters: [fromUserId, toUserId, objectName, content, verifyBlacklist, isIncludeSender],
    answer: { messageUIDs: list(object({ userId: text, messageUID })) },
    rated: true,
    run: toUsers(parsePublish),
  },

  '/statusmessage/group/publish.json': {
    summary: 'Send a status message to the members of groups.',
    parameters: [fromUserId, toGroupId, objectName, content, verifyBlacklist, isIncludeSender],
    answer: { messageUIDs: list(object({ groupId: text, messageUID })) },
    rated: true,
    run: toGroups(parseGroupPublish),
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

  ...userCalls,
  ...groupCalls,
  ...entrustCalls,
};

const [toUsersCall, toGroupsCall] = Object.values(rongcloudCalls);
const systemUserId = idsParameter('toUserId', limits.systemRecipients, toUserId);

/** The calls that send what the service stores, with the option `stored`: they reach who is online (B13). */
export const storedCalls: RongcloudCalls = {
  '/message/private/publish.json': {
    ...toUsersCall!,
    summary: 'Send a stored message to those users who are online.',
    run: toUsers(parseStored),
  },

  '/message/group/publish.json': {
    ...toGroupsCall!,
    summary: 'Send a stored message to those members of groups who are online.',
    parameters: [fromUserId, toGroupId, optional(toUserId), objectName, content, isIncludeSender],
    run: toGroups((fields, rules) => ({ ...parseStoredToGroup(fields, rules), verifyBlacklist: false })),
  },

  '/message/system/publish.json': {
    ...toUsersCall!,
    summary: 'Send a stored system message to those users who are online.',
    parameters: [fromUserId, systemUserId, objectName, content],
    run: toUsers((fields, rules) => {
      const toUserIds = systemUserId.read(fields);
      return { ...parseBroadcast(fields, rules), channelType: 'SYSTEM', toUserIds, stored: true };
    }),
  },
};

function toUsers(parse: typeof parsePublish): RongcloudCalls[string]['run'] {
  const answer = ({ message }: Published) => `{"code":200,"messageUIDs":${encodeMessageUIDs(message)}}`;
  return ({ publisher, settings }, fields) => {
    const published = publisher.publish(parse(fields, settings), fromBackEnd(fields));
    return published instanceof Promise ? published.then(answer) : answer(published);
  };
}

function toGroups(parse: typeof parseGroupPublish): RongcloudCalls[string]['run'] {
  return async ({ publisher, settings }, fields) => {
    const published = await publisher.publishToGroups(parse(fields, settings), fromBackEnd(fields));
    return ok({ messageUIDs: published.map(({ message }) => message.groupUID()) });
  };
}

function fromBackEnd(fields: Fields): PublishOptions {
  return { via: 'rongcloud', hints: () => publishHints(fields) };
}
