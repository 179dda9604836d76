import { describe, expect, it } from 'vitest';
import { type ListChange, Lists } from '../../server/presence/lists.ts';

type Change = Omit<ListChange, 'list'>;

const add = (id: string, ...members: string[]): Change => ({ change: 'add', id, members });
const remove = (id: string, ...members: string[]): Change => ({ change: 'remove', id, members });

/** Lists after these changes. */
function listsAfter(...changes: Change[]): Lists {
  const lists = new Lists();
  for (const change of changes) lists.apply(change);
  return lists;
}

it('A6 who was added is on the list, and not the other way round', () => {
  const lists = listsAfter(add('bob', 'alice', 'carol'));
  expect([lists.has('bob', 'carol'), lists.has('carol', 'bob')]).toEqual([true, false]);
});

it('A6 the list has each user once, in the order in which they were added', () => {
  const lists = listsAfter(add('bob', 'carol', 'alice', 'carol'), add('bob', 'dave', 'carol'));
  expect(lists.membersOf('bob')).toEqual(['carol', 'alice', 'dave']);
});

it('A6 who was removed is on it no longer, and is on others all the same', () => {
  const lists = listsAfter(add('bob', 'alice', 'carol'), add('ann', 'alice'), remove('bob', 'alice'));
  expect([lists.membersOf('bob'), lists.membersOf('ann')]).toEqual([['carol'], ['alice']]);
});

it('A6 removing somebody who is not on a list, or from a list that there is none of, changes nothing', () => {
  const lists = listsAfter(add('bob', 'alice'), remove('bob', 'carol'), remove('__proto__', 'alice'));
  expect([[...lists.entries()].length, lists.membersOf('bob')]).toEqual([1, ['alice']]);
});

it('A6 a dropped list has no member', () => {
  expect(listsAfter(add('team', 'bob'), { change: 'drop', id: 'team' }).membersOf('team')).toEqual([]);
});

it('a list that is changed does not change what was read of it, nor the other way round', () => {
  const lists = listsAfter(add('bob', 'alice'));
  const read = lists.membersOf('bob');
  lists.apply(remove('bob', 'alice'));
  lists.apply(add('bob', 'dave'));
  read.push('carol');
  expect([read, lists.membersOf('bob')]).toEqual([['alice', 'carol'], ['dave']]);
});

it('B11.1 a member has been one since joining, also after joining again', () => {
  const lists = listsAfter({ ...add('team', 'bob'), time: 1 }, { ...add('team', 'bob', 'carol'), time: 2 });
  expect([...lists.get('team')!.members]).toEqual([
    ['bob', 1],
    ['carol', 2],
  ]);
});

it('B11.1 a list is there while something is known of it, though it has no member', () => {
  const lists = listsAfter({ ...add('team', 'bob'), about: { name: 'Team' } }, remove('team', 'bob'));
  expect(lists.about('team')).toEqual({ name: 'Team' });
  lists.apply({ change: 'remove', id: 'team', about: null });
  expect(lists.get('team')).toBeUndefined();
});

it('B10.5 beyond what is kept, the oldest is forgotten', () => {
  const lists = new Lists({ kept: 2 });
  for (const id of ['ann', 'bob', 'ann', 'carol']) lists.apply({ change: 'add', id, about: {} });
  expect([...lists.entries()].map(([id]) => id)).toEqual(['bob', 'carol']);
});

it.each(['__proto__', 'constructor', 'toString', ''])('the id "%s" is a user like any other', (id) => {
  const lists = new Lists();
  const before = [lists.membersOf(id), lists.has(id, id), lists.has('bob', id)];
  lists.apply(add(id, id));
  expect([before, lists.membersOf(id), lists.has(id, id)]).toEqual([[[], false, false], [id], true]);
});

describe('within bounds', () => {
  const bounded = () => {
    const lists = new Lists({
      each: { what: 'the list', atMost: 3 },
      all: { what: 'all', atMost: 4, option: 'o' },
    });
    lists.apply(add('ann', 'x', 'y'));
    return (...changes: Change[]) => lists.check(changes.map((change) => ({ list: 'groups', ...change })));
  };
  const each = 'The parameter userId is too much for the list: 3 at most.';
  const all = 'The parameter userId is too much for all: 4 at most (o).';

  const rows: [title: string, changes: Change[], refusal: string | undefined][] = [
    ['as many as there may be', [add('ann', 'z')], undefined],
    ['one more on a list', [add('ann', 'v', 'w')], each],
    ['those who are on it already', [add('ann', 'y', 'x', 'x', 'z')], undefined],
    ['as many as there may be on all', [add('bob', 'x', 'y')], undefined],
    ['one more on all', [add('bob', 'x', 'y', 'z')], all],
    ['one more on all, by several changes', [add('bob', 'x'), add('carol', 'x', 'y')], all],
    ['in the place of those who leave', [remove('ann', 'x'), add('bob', 'x', 'y', 'z')], undefined],
    ['in the place of a list', [{ change: 'drop', id: 'ann' }, add('bob', 'x', 'y', 'z')], undefined],
    ['lists without members', ['b', 'c', 'd', 'e'].map((id) => add(id)), all],
    ['removing when it is full', [add('bob', 'x', 'y'), remove('bob', 'x')], undefined],
  ];

  it('B4.6 a list that nodes have filled beyond its bound together takes those who are on it', () => {
    const lists = new Lists({ each: { what: 'the list', atMost: 1 } });
    lists.apply(add('ann', 'x', 'y'));
    expect(() => lists.check([{ list: 'groups', ...add('ann', 'x') }])).not.toThrow();
  });

  it.each(rows)('B4.6 %s', (_, changes, refusal) => {
    const check = () => bounded()(...changes);
    if (refusal === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(refusal);
  });
});
