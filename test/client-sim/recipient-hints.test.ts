import { expect, it } from 'vitest';
import { recipientHints } from '../../client-sim/claims/recipient-hints.ts';
import type { DeliveryReport } from '../../server/core/delivery-report.ts';

const reportOf = (userIds: readonly string[], reason: 'offline' | 'blocked' = 'offline'): DeliveryReport => ({
  recipients: userIds.map((userId) => ({ userId, messageUID: '', outcome: 'dropped', reason })),
  echo: { outcome: 'not-requested' },
});

const hintsOn = (userIds: readonly string[], online: Iterable<string> = ['bob'], otherApp?: string) => {
  return recipientHints(reportOf(userIds), { appKey: 'mykey', online, otherAppOf: () => otherApp });
};

const differs = (kind: string) => `; "bob" is online, and differs in ${kind}.`;
const list = '; for more than one recipient, repeat toUserId.';

it.each([
  ['carol', ''],
  ['bobby', ''],
  ['Bob', differs('case')],
  [' bob', differs('spaces')],
  ['b ob\n', differs('spaces')],
  ['BOB ', differs('case and spaces')],
  ['ｂｏｂ', differs('Unicode form')],
  ['ＢＯＢ', differs('Unicode form and case')],
  ['bob,carol', list],
  ['bob, carol', list],
  ['["bob","carol"]', list],
  ['[bob,carol]', list],
  ['["bob"]', ''],
  ['bob,', ''],
  [',', ''],
])('who is nearly meant by %j', (userId, instead) => {
  const sentence = instead && `${JSON.stringify(userId)} is offline in app "mykey"${instead}`;
  expect(hintsOn([userId]).join()).toBe(sentence);
});

it('the two normal forms of one id are told apart', () => {
  expect(hintsOn(['zo\u0065\u0308'], ['zo\u00eb'])).toEqual([
    '"zoe\u0308" is offline in app "mykey"; "zo\u00eb" is online, and differs in Unicode form.',
  ]);
});

it('another app in which the user is online comes first', () => {
  expect(hintsOn(['Bob'], ['bob'], 'default')).toEqual([
    '"Bob" is offline in app "mykey"; online in app "default".',
  ]);
});

it('two recipients may be meant to be the same user', () => {
  expect(hintsOn(['Bob', 'carol', 'BOB'])).toHaveLength(2);
});

it('a user who has come online since then is no other one', () => {
  expect(hintsOn(['bob'])).toEqual([]);
});

it('only who is offline is looked for', () => {
  const around = { appKey: 'mykey', online: [], otherAppOf: () => expect.unreachable() };
  expect(recipientHints(reportOf(['bob'], 'blocked'), around)).toEqual([]);
});

it('of many recipients the first ten are looked for', () => {
  const recipients = Array.from({ length: 11 }, (_, index) => `user ${index}`);
  expect(hintsOn(recipients, [], 'default')).toHaveLength(10);
});

it('of many who are online a thousand are looked at, and none when nobody is offline', () => {
  let looked = 0;
  const crowd = function* () {
    for (;;) yield `user ${++looked}`;
  };
  expect(hintsOn([], crowd())).toEqual([]);
  expect(looked).toBe(0);
  expect(hintsOn(['USER 1000', 'USER 1001'], crowd())).toHaveLength(1);
});

it('an id cannot break its sentence', () => {
  expect(hintsOn(['a"\n,b'])).toEqual([`"a\\"\\n,b" is offline in app "mykey"${list}`]);
});
