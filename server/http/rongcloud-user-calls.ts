import { idsParameter, ignoredParameter } from '../core/parameters.ts';
import { list, text } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import { listChange, ok, type RongcloudCall, type RongcloudCalls, userId } from './rongcloud-call.ts';

const blackUserId = idsParameter('blackUserId', limits.blackUserIds, {
  description: 'A user who may no longer reach this one. Repeat it for more.',
  example: ['mallory'],
});

/** The calls about users (A6). */
export const userCalls: RongcloudCalls = {
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
};

function blacklistChange(summary: string, change: 'add' | 'remove'): RongcloudCall {
  return listChange(summary, [userId, blackUserId], (fields) => {
    return { list: 'blacklists', change, id: userId.read(fields), members: blackUserId.read(fields) };
  });
}
