import { expect, it } from 'vitest';
import { type DistantSession, Elsewhere } from '../../server/presence/elsewhere.ts';

const session = (userId: string, id: string): DistantSession => ({
  userId,
  id,
  platform: undefined,
  openedAt: 0,
});

/** With what it was told of each user: whether it was there before a change, and after. */
function setUp() {
  const changes: string[] = [];
  const elsewhere: Elsewhere = new Elsewhere((userId, change) => {
    const before = elsewhere.has(userId);
    change();
    if (before !== elsewhere.has(userId)) changes.push(`${userId} ${before ? 'gone' : 'there'}`);
  });
  return { elsewhere, changes };
}

it('B9.2 a user is there while a session is open on any node', () => {
  const { elsewhere, changes } = setUp();
  elsewhere.opened('b', session('bob', '1'));
  elsewhere.opened('b', session('bob', '2'));
  elsewhere.opened('c', session('bob', '3'));
  for (const [node, id] of [
    ['b', '1'],
    ['b', '2'],
    ['c', '3'],
  ] as const)
    elsewhere.closed(node, 'bob', id);
  expect(changes).toEqual(['bob there', 'bob gone']);
});

it('B9.2 what is not known cannot end', () => {
  const { elsewhere, changes } = setUp();
  elsewhere.closed('b', 'bob', '1');
  elsewhere.opened('b', session('carol', '2'));
  elsewhere.closed('b', 'bob', '1');
  expect([changes, [...elsewhere.users()]]).toEqual([['carol there'], ['carol']]);
});

it('B9.2 a state takes the place of all that was known, and tells of the difference alone', () => {
  const { elsewhere, changes } = setUp();
  elsewhere.replace('b', [session('bob', '1'), session('carol', '2')]);
  elsewhere.replace('b', [session('carol', '2'), session('carol', '3'), session('dave', '4')]);
  expect(changes).toEqual(['bob there', 'carol there', 'bob gone', 'dave there']);
  expect(elsewhere.sessionsOf('carol').map(({ id }) => id)).toEqual(['2', '3']);
});

it('B9.6 whom a silent node had is not there, and nobody knows better', () => {
  const { elsewhere, changes } = setUp();
  elsewhere.hide('b');
  expect(elsewhere.hasHidden).toBe(false);
  elsewhere.opened('b', session('bob', '1'));
  elsewhere.hide('b');
  const seen = [
    elsewhere.has('bob'),
    elsewhere.hasHidden,
    elsewhere.isHidden('bob'),
    elsewhere.isHidden('eve'),
  ];
  expect([changes, seen]).toEqual([
    ['bob there', 'bob gone'],
    [false, true, true, false],
  ]);
});

it('B9.6 what a silent node says meanwhile is noted, and brings nobody back before its state', () => {
  const { elsewhere, changes } = setUp();
  elsewhere.opened('b', session('bob', '1'));
  elsewhere.hide('b');
  elsewhere.opened('b', session('carol', '2'));
  elsewhere.closed('b', 'bob', '1');
  expect([elsewhere.isHidden('carol'), elsewhere.isHidden('bob'), elsewhere.has('carol')]).toEqual([
    true,
    false,
    false,
  ]);
  elsewhere.replace('b', [session('carol', '2')]);
  expect([changes.at(-1), elsewhere.hasHidden]).toEqual(['carol there', false]);
});

it('B9.6 of a node that is gone nothing is left, whether it was known or not', () => {
  const { elsewhere, changes } = setUp();
  elsewhere.opened('b', session('bob', '1'));
  elsewhere.forget('b');
  elsewhere.forget('c');
  expect([changes, elsewhere.hasHidden, [...elsewhere.users()]]).toEqual([
    ['bob there', 'bob gone'],
    false,
    [],
  ]);
});
