import { expect, it } from 'vitest';
import {
  BlockedUser,
  ExpiredToken,
  isoTime,
  issueToken,
  splitToken,
  verifyToken,
} from '../../server/core/token.ts';

const issue = (userId: string, key = 'app', secret = 'secret', issuedAt = 1) =>
  issueToken(key, secret, { userId, issuedAt });
const verify = (token: string) => verifyToken('app', 'secret', token);

const ids = ['bob', '__proto__', 'constructor', '用户一', '😀'.repeat(64), 'a.b', '"', 'u 3&x', '\u0000'];

it.each(ids)('B4.4 a token for %j says whose it is', (userId) => {
  expect(verify(issue(userId))).toEqual({ userId, issuedAt: 1 });
});

it.each(ids)('B4.4 a token for %j fits into a query as it stands', (userId) => {
  expect(issue(userId)).toMatch(/^[\w-]+\.[\w-]+$/);
});

it('A6 an older token stays valid beside a newer one', () => {
  const tokens = [issue('bob', 'app', 'secret', 1), issue('bob', 'app', 'secret', 2)];
  expect(tokens.map((token) => verify(token)?.userId)).toEqual(['bob', 'bob']);
});

it('B4.4 a token with any one bit flipped is refused', () => {
  const bytes = Buffer.from(issue('bob'));
  const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy.toString('latin1');
  });
  expect(flipped.filter((token) => verify(token) !== undefined)).toEqual([]);
});

/** What is made of a token, and of its two parts. */
const spoilt: [title: string, spoil: (claims: string, seal: string) => string][] = [
  ['nothing', () => ''],
  ['a dot', () => '.'],
  ['no seal', (claims) => claims],
  ['an empty seal', (claims) => `${claims}.`],
  ['no claims', (_, seal) => `.${seal}`],
  ['a cut seal', (claims, seal) => `${claims}.${seal.slice(0, -1)}`],
  ['a third part', (claims, seal) => `${claims}.${seal}.`],
  ['a padded seal', (claims, seal) => `${claims}.${seal}=`],
  ["another token's seal", (claims) => `${claims}.${issue('eve').split('.')[1]}`],
  ["another app's token", () => issue('bob', 'other')],
  ["another secret's token", () => issue('bob', 'app', 'other')],
  ['a key and a secret that join to the same text', () => issue('bob', 'appse', 'cret')],
];

it.each(spoilt)('B4.4 a token with %s is refused', (_, spoil) => {
  const [claims, seal] = issue('bob').split('.') as [string, string];
  expect(verify(spoil(claims, seal))).toBeUndefined();
});

const addressed = () => issueToken('app', 'secret', { userId: 'bob', issuedAt: 1 }, '127.0.0.1:4747');

it('B4.4 a token with an address has it behind an @, and is good with it and without', () => {
  const { token, address } = splitToken(addressed());
  expect([address, verify(addressed()), verify(token)]).toEqual([
    '127.0.0.1:4747',
    { userId: 'bob', issuedAt: 1 },
    { userId: 'bob', issuedAt: 1 },
  ]);
});

it('B4.4 a token with an address is good with no other', () => {
  const { token } = splitToken(addressed());
  expect([verify(`${token}@evil.test`), verify(`${token}@`), verify(`${issue('bob')}@evil.test`)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('B4.4 a token without an address is all there is', () => {
  expect(splitToken('abc.def')).toEqual({ token: 'abc.def', address: undefined });
  expect(Buffer.from(issue('bob').split('.')[0]!, 'base64url').toString()).toBe('["bob",1]');
});

it('B10.1 a blocked user is told until when, in UTC, and never a time that no Date can hold', () => {
  expect(new BlockedUser(1_795_424_866_000).message).toBe(
    'The user is blocked until 2026-11-23T09:07:46.000Z.',
  );
  expect(isoTime(Number.MAX_SAFE_INTEGER)).toBe('+275760-09-13T00:00:00.000Z');
});

it('B10.4 an expired token is said to be one, with what to do where there is something', () => {
  expect([new ExpiredToken().message, new ExpiredToken(': get another').message]).toEqual([
    'The token has expired.',
    'The token has expired: get another.',
  ]);
});
