import { expect, it } from 'vitest';
import { Blacklists } from '../../server/presence/lists.ts';

/** Blacklists in which bob blocks these users. */
function bobBlocks(...others: string[]): Blacklists {
  const blacklists = new Blacklists();
  blacklists.add('bob', others);
  return blacklists;
}

it('A6 who was added is blocked', () => {
  expect(bobBlocks('alice', 'carol').isBlocked('bob', 'carol')).toBe(true);
});

it('A6 blocking goes one way', () => {
  expect(bobBlocks('alice').isBlocked('alice', 'bob')).toBe(false);
});

it('A6 the list has each user once, in the order in which they were added', () => {
  const blacklists = bobBlocks('carol', 'alice');
  blacklists.add('bob', ['dave', 'carol']);
  expect(blacklists.of('bob')).toEqual(['carol', 'alice', 'dave']);
});

it('A6 who was removed is blocked no longer', () => {
  const blacklists = bobBlocks('alice', 'carol');
  blacklists.remove('bob', ['alice']);
  expect(blacklists.of('bob')).toEqual(['carol']);
});

it('A6 removing somebody who is not on the list changes nothing', () => {
  const blacklists = bobBlocks('alice');
  blacklists.remove('bob', ['carol']);
  blacklists.remove('nobody', ['alice']);
  expect(blacklists.of('bob')).toEqual(['alice']);
});

it('a list changed by whoever asked for it is only their copy', () => {
  const blacklists = bobBlocks('alice');
  blacklists.of('bob').push('carol');
  expect(blacklists.isBlocked('bob', 'carol')).toBe(false);
});

it.each(['__proto__', 'constructor', 'toString', ''])('the id "%s" is a user like any other', (id) => {
  const blacklists = new Blacklists();
  const before = [blacklists.of(id), blacklists.isBlocked(id, id), blacklists.isBlocked('bob', id)];
  blacklists.add(id, [id]);
  expect([before, blacklists.of(id), blacklists.isBlocked(id, id)]).toEqual([[[], false, false], [id], true]);
});
