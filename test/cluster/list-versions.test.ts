import { expect, it } from 'vitest';
import { ListVersions } from '../../server/cluster/list-versions.ts';
import {
  type ListChange,
  type ListName,
  type ListState,
  Lists,
  listNames,
} from '../../server/presence/lists.ts';

/** The lists of an app with their versions, changed as a node would. */
function setUp() {
  const lists = Object.fromEntries(listNames.map((name) => [name, new Lists()])) as Record<ListName, Lists>;
  const versions = new ListVersions(lists);
  const change = (at: number, change: ListChange['change'], id: string, ...members: string[]) => {
    lists.groups.apply({ change, id, members }, at);
    versions.note({ changes: [{ list: 'groups', change, id, members }], at });
  };
  const known = () =>
    [...versions.state()].map(({ id, members, changedAt }) => [id, members.length, changedAt]);
  return { lists, versions, change, known };
}

const version = (id: string, changedAt: number, ...members: string[]): ListState => ({
  list: 'groups',
  id,
  members: members.map((member) => [member, 0]),
  changedAt,
});

it('B9.2 of two versions of a list the later one counts', () => {
  const { lists, versions, change } = setUp();
  change(5, 'add', 'team', 'bob');
  versions.adopt(version('team', 5, 'carol'));
  expect(lists.groups.membersOf('team')).toEqual(['bob']);
  versions.adopt(version('team', 6, 'carol'));
  expect(lists.groups.membersOf('team')).toEqual(['carol']);
});

it('B9.2 a list that has ended is not brought back by an earlier version, and is by a later one', () => {
  const { lists, versions, change, known } = setUp();
  change(5, 'add', 'team', 'bob');
  change(7, 'drop', 'team');
  versions.adopt(version('team', 6, 'bob'));
  expect(known()).toEqual([['team', 0, 7]]);
  versions.adopt(version('team', 8, 'bob'));
  expect([known(), lists.groups.membersOf('team')]).toEqual([[['team', 1, 8]], ['bob']]);
});

it('B9.2 lists that were changed up to a clearing are gone, and of what was cleared nothing comes back', () => {
  const { versions, change, known } = setUp();
  for (const at of [4, 5, 6]) change(at, 'add', `team ${at}`, 'bob');
  change(3, 'drop', 'ended');
  versions.clear(5);
  versions.clear(4);
  versions.adopt(version('late', 5, 'bob'));
  expect([versions.clearedAt, known()]).toEqual([5, [['team 6', 1, 6]]]);
});

it('B9.2 of all lists, those changed after a time are told, ends with them', () => {
  const { versions, change } = setUp();
  change(4, 'add', 'before', 'bob');
  change(5, 'add', 'after', 'bob');
  change(6, 'drop', 'ended');
  expect(versions.changedAfter(4).map(({ id }) => id)).toEqual(['after', 'ended']);
});

it('B4.6 ten thousand ends of lists are remembered, the oldest goes first', () => {
  const { change, known } = setUp();
  for (let at = 1; at <= 10_000; at++) change(at, 'drop', `team ${at}`);
  expect(known()).toHaveLength(10_000);
  change(10_001, 'drop', 'one more');
  expect([known().length, known()[0]]).toEqual([10_000, ['team 2', 0, 2]]);
});

it('B4.6 the end of a list is remembered for ten minutes', () => {
  const { change, known } = setUp();
  change(1, 'drop', 'first');
  change(600_000, 'drop', 'second');
  expect(known()).toHaveLength(2);
  change(600_001, 'drop', 'third');
  expect(known().map(([id]) => id)).toEqual(['second', 'third']);
});

it('B9.2 each change has a time of its own, later than all that were seen', () => {
  const { versions } = setUp();
  const ahead = Date.now() + 3_600_000;
  versions.adopt(version('team', ahead, 'bob'));
  expect([versions.nextTime(), versions.nextTime()]).toEqual([ahead + 1, ahead + 2]);
});
