import { expect, it } from 'vitest';
import { RemotePresence, type RemoteSession } from '../../server/cluster/remote-presence.ts';

const session = (userId: string, id: string): RemoteSession => ({
  userId,
  id,
  platform: undefined,
  openedAt: 0,
});

/** With what it was told of each user: whether it was there before a change, and after. */
function setUp() {
  const changes: string[] = [];
  const presence: RemotePresence = new RemotePresence((userId, change) => {
    const before = presence.has(userId);
    change();
    if (before !== presence.has(userId)) changes.push(`${userId} ${before ? 'gone' : 'there'}`);
  });
  return { presence, changes };
}

it('B9.2 a user is there while a session is open on any node', () => {
  const { presence, changes } = setUp();
  presence.opened('b', session('bob', '1'));
  presence.opened('b', session('bob', '2'));
  presence.opened('c', session('bob', '3'));
  for (const [node, id] of [
    ['b', '1'],
    ['b', '2'],
    ['c', '3'],
  ] as const)
    presence.closed(node, 'bob', id);
  expect(changes).toEqual(['bob there', 'bob gone']);
});

it('B9.2 what is not known cannot end', () => {
  const { presence, changes } = setUp();
  presence.closed('b', 'bob', '1');
  presence.opened('b', session('carol', '2'));
  presence.closed('b', 'bob', '1');
  expect([changes, [...presence.users()]]).toEqual([['carol there'], ['carol']]);
});

it('B9.2 a state takes the place of all that was known, and tells of the difference alone', () => {
  const { presence, changes } = setUp();
  presence.replace('b', [session('bob', '1'), session('carol', '2')]);
  presence.replace('b', [session('carol', '2'), session('carol', '3'), session('dave', '4')]);
  expect(changes).toEqual(['bob there', 'carol there', 'bob gone', 'dave there']);
  expect(presence.sessionsOf('carol').map(({ id }) => id)).toEqual(['2', '3']);
});

it('B9.6 whom a silent node had is not there, and nobody knows better', () => {
  const { presence, changes } = setUp();
  presence.hide('b');
  expect(presence.hasHidden).toBe(false);
  presence.opened('b', session('bob', '1'));
  presence.hide('b');
  const seen = [presence.has('bob'), presence.hasHidden, presence.isHidden('bob'), presence.isHidden('eve')];
  expect([changes, seen]).toEqual([
    ['bob there', 'bob gone'],
    [false, true, true, false],
  ]);
});

it('B9.6 what a silent node says meanwhile is noted, and brings nobody back before its state', () => {
  const { presence, changes } = setUp();
  presence.opened('b', session('bob', '1'));
  presence.hide('b');
  presence.opened('b', session('carol', '2'));
  presence.closed('b', 'bob', '1');
  expect([presence.isHidden('carol'), presence.isHidden('bob'), presence.has('carol')]).toEqual([
    true,
    false,
    false,
  ]);
  presence.replace('b', [session('carol', '2')]);
  expect([changes.at(-1), presence.hasHidden]).toEqual(['carol there', false]);
});

it('B9.6 of a node that is gone nothing is left, whether it was known or not', () => {
  const { presence, changes } = setUp();
  presence.opened('b', session('bob', '1'));
  presence.forget('b');
  presence.forget('c');
  expect([changes, presence.hasHidden, [...presence.users()]]).toEqual([
    ['bob there', 'bob gone'],
    false,
    [],
  ]);
});

it('B9.6 of a silent node that is then gone nothing is left either', () => {
  const { presence, changes } = setUp();
  presence.opened('b', session('bob', '1'));
  presence.hide('b');
  presence.forget('b');
  expect([changes, presence.hasHidden, presence.isHidden('bob')]).toEqual([
    ['bob there', 'bob gone'],
    false,
    false,
  ]);
});
