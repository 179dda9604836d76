import { expect, it } from 'vitest';
import { fieldsOf } from '../../server/core/parameters.ts';
import {
  groupRequests,
  orStored,
  parsePublish,
  parseStored,
  parseStoredToGroup,
} from '../../server/core/publish-request.ts';

const rules = { acceptUnknownBuiltIns: false, acceptAnyContent: false };
const message = { fromUserId: 'alice', objectName: 'RC:TxtMsg', content: '{}' };
const toBob = fieldsOf({ ...message, toUserId: 'bob' });
const toGroup = (more: object) => parseStoredToGroup(fieldsOf({ ...message, ...more }), rules);
const groups = { membersOf: () => ['alice', 'bob', 'carol', 'dave'] };

it('B13.2 a stored publish is the same request, marked', () => {
  expect(parseStored(toBob, rules)).toEqual({ ...parsePublish(toBob, rules), stored: true });
});

it.for([
  ['1', { stored: true }],
  ['0', {}],
  ['', {}],
] as const)('B13.4 stored as %j marks our own publish so: %j', ([stored, mark]) => {
  const fields = fieldsOf({ ...message, toUserId: 'bob', stored });
  const request = parsePublish(fields, rules);
  expect(orStored(request, fields)).toEqual({ ...request, ...mark });
});

it('B13.4 without the flag it is not marked', () => {
  const request = parsePublish(toBob, rules);
  expect(orStored(request, toBob)).toBe(request);
});

it.for([{}, { toUserId: '' }, { toUserId: [''] }])(
  'B13.2 to a group with %j it is for all members',
  (chosen) => {
    const request = toGroup({ toGroupId: 'team', ...chosen });
    expect([request.stored, request.onlyUserIds]).toEqual([true, undefined]);
    expect(groupRequests(request, groups).map(({ toUserIds }) => toUserIds)).toEqual([
      ['bob', 'carol', 'dave'],
    ]);
  },
);

it('B13.2 with a toUserId it is for those members only, and for nobody else', () => {
  const request = toGroup({ toGroupId: 'team', toUserId: ['dave', 'alice', 'mallory', 'bob'] });
  expect([request.stored, request.onlyUserIds]).toEqual([true, ['dave', 'alice', 'mallory', 'bob']]);
  const [only] = groupRequests(request, groups);
  expect(only).toMatchObject({
    channelType: 'GROUP',
    groupId: 'team',
    toUserIds: ['bob', 'dave'],
    stored: true,
  });
  expect(only).not.toHaveProperty('onlyUserIds');
});

it('B13.2 some members of several groups are refused', () => {
  expect(() => toGroup({ toGroupId: ['one', 'two'], toUserId: 'bob' })).toThrow(
    'The parameter toGroupId must be one group with a toUserId.',
  );
  expect(toGroup({ toGroupId: ['one', 'two'] }).toGroupIds).toEqual(['one', 'two']);
});
