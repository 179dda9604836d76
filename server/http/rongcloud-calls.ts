import type { Published, PublishOptions } from '../app/ports.ts';
import { publishHints } from '../core/hints.ts';
import type { Fields } from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { parseBroadcast, parseGroupPublish, parsePublish } from '../core/publish-request.ts';
import { encodeMessageUIDs } from '../core/status-message.ts';
import { type JsonSchema, list, object, text } from '../protocol/json-schema.ts';
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
    run({ publisher, settings }, fields) {
      const published = publisher.publish(parsePublish(fields, settings), fromBackEnd(fields));
      return published instanceof Promise ? published.then(uidsAnswer) : uidsAnswer(published);
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

  ...userCalls,
  ...groupCalls,
  ...entrustCalls,
};

function uidsAnswer({ message }: Published): string {
  return `{"code":200,"messageUIDs":${encodeMessageUIDs(message)}}`;
}

function fromBackEnd(fields: Fields): PublishOptions {
  return { via: 'rongcloud', hints: () => publishHints(fields) };
}
