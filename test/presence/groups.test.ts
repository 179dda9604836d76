import { expect, it } from 'vitest';
import { Groups } from '../../server/presence/lists.ts';

function team(): Groups {
  const groups = new Groups();
  groups.add('team', ['bob', 'alice', 'bob']);
  return groups;
}

it('A6 members are listed in the order in which they joined, each once', () => {
  expect(team().membersOf('team')).toEqual(['bob', 'alice']);
});

it('A6 who joins again keeps the place', () => {
  const groups = team();
  groups.add('team', ['carol', 'bob']);
  expect(groups.membersOf('team')).toEqual(['bob', 'alice', 'carol']);
});

it('A6 who quits is a member no longer', () => {
  const groups = team();
  groups.remove('team', ['bob', 'nobody']);
  expect(groups.membersOf('team')).toEqual(['alice']);
});

it('A6 quitting one group is not quitting another', () => {
  const groups = team();
  groups.add('other', ['bob']);
  groups.remove('other', ['bob']);
  expect(groups.membersOf('team')).toContain('bob');
});

it('A6 a dismissed group has no member', () => {
  const groups = team();
  groups.drop('team');
  expect(groups.membersOf('team')).toEqual([]);
});

it('A6 a group that there is none of has no member, and nobody can quit it', () => {
  const groups = new Groups();
  groups.remove('__proto__', ['bob']);
  expect(groups.membersOf('__proto__')).toEqual([]);
});

it('a group that is changed does not change the list that was read of it', () => {
  const groups = team();
  const members = groups.membersOf('team');
  groups.remove('team', ['bob']);
  expect(members).toEqual(['bob', 'alice']);
});
