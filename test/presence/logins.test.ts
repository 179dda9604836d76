import { expect, it } from 'vitest';
import { Logins } from '../../server/presence/logins.ts';
import { limits } from '../../server/protocol/limits.ts';

const idsOf = (logins: Logins) => [...logins.entries()].map(([userId]) => userId);

it('B10 where no more is remembered, blocks that are over make room, and neither others nor expired tokens do', () => {
  const logins = new Logins(() => 9);
  const rules = [{ blockedUntil: 10 }, { blockedUntil: 9, tokensFrom: 1 }];
  for (let index = 1; index < limits.rememberedUsers; index++) {
    logins.apply(logins.ruled(`user ${index}`, rules[index - 1] ?? { blockedUntil: 9 }));
  }
  logins.apply(logins.ruled('one more', { blockedUntil: 10 }));
  expect(idsOf(logins)).toEqual(['user 1', 'user 2', 'one more']);
});

it('B10 a block for which there is no room is refused until another one is over', () => {
  let now = 9;
  const logins = new Logins(() => now);
  for (let index = 1; index < limits.rememberedUsers; index++) {
    logins.apply(logins.ruled(`user ${index}`, { tokensFrom: 1 }));
  }
  logins.apply(logins.ruled('bob', { blockedUntil: 10 }));
  const more = logins.ruled('one more', { blockedUntil: 20 });
  expect(() => logins.check([more])).toThrow("is too much for the app's blocked users and expired tokens");
  now = 10;
  expect(() => logins.check([more])).not.toThrow();
});

it('B10 blocks that are over are kept as long as there is room', () => {
  const logins = new Logins(() => 9);
  logins.apply(logins.ruled('bob', { blockedUntil: 9 }));
  logins.apply(logins.ruled('carol', { tokensFrom: 9 }));
  expect(idsOf(logins)).toEqual(['bob', 'carol']);
});
