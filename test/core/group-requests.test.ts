import { expect, it } from 'vitest';
import { groupRequests } from '../../server/core/publish-request.ts';

const draft = {
  fromUserId: 'alice',
  objectName: 'RC:TypSts',
  content: '{}',
  verifyBlacklist: true,
  includeSender: true,
};
const members: Record<string, string[]> = { one: ['alice', 'bob'], two: ['bob', 'carol'] };
const groups = { membersOf: (groupId: string) => members[groupId] ?? [] };

function recipientsOf(...toGroupIds: string[]) {
  return groupRequests({ ...draft, toGroupIds }, groups).map(({ groupId, toUserIds }) => [
    groupId,
    toUserIds,
  ]);
}

it('B1.14 each group is a publish of its own', () => {
  expect(recipientsOf('two', 'one')).toEqual([
    ['two', ['bob', 'carol']],
    ['one', ['bob']],
  ]);
});

it('B1.14 the sender, if a member, is no recipient', () => {
  expect(recipientsOf('one')).toEqual([['one', ['bob']]]);
});

it('B1.14 a group without members is a publish all the same', () => {
  expect(recipientsOf('nowhere')).toEqual([['nowhere', []]]);
});

it('B1.14 what is said and how is the same in each', () => {
  expect(groupRequests({ ...draft, toGroupIds: ['two'] }, groups)).toEqual([
    { ...draft, channelType: 'GROUP', groupId: 'two', toUserIds: ['bob', 'carol'] },
  ]);
});
