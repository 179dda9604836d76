import { idsParameter, ignoredParameter, type Parameter } from '../core/parameters.ts';
import { list, object, text } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import {
  groupId,
  listChange,
  ok,
  type RongcloudCall,
  type RongcloudCalls,
  userId,
} from './rongcloud-call.ts';

const groupName = ignoredParameter('groupName', { description: 'Ignored.', example: 'Team' });
const members = idsParameter('userId', limits.groupUserIds, {
  description: 'A member. Repeat it for more.',
  example: ['bob', 'carol'],
});

/** The calls about groups (A6). */
export const groupCalls: RongcloudCalls = {
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

function groupChange(summary: string, change: 'add' | 'remove', ...ignored: Parameter[]): RongcloudCall {
  return listChange(summary, [members, groupId, ...ignored], (fields) => {
    return { list: 'groups', change, members: members.read(fields), id: groupId.read(fields) };
  });
}
