import { expect, it } from 'vitest';
import { messageUIDs } from '../../server/delivery/message-uid.ts';

it('A4 a messageUID is four groups of four digits or capitals', () => {
  const uids = messageUIDs(1000);
  expect(uids.filter((uid) => !/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(uid))).toEqual([]);
});

it('A4 there is one for each recipient', () => {
  expect(messageUIDs(3)).toHaveLength(3);
});

it('A4 the recipients of one publish have different ones', () => {
  expect(new Set(messageUIDs(1000)).size).toBe(1000);
});

it('A4 the recipients are counted behind the random part', () => {
  expect(messageUIDs(37, 'ABCDEFGHIJKL').at(-1)).toBe('ABCD-EFGH-IJKL-0010');
});

it('A4 many publishes have different ones', () => {
  const uids = Array.from({ length: 20_000 }, () => messageUIDs(2)).flat();
  expect(new Set(uids).size).toBe(40_000);
});
