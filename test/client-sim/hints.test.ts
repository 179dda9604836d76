import { expect, it } from 'vitest';
import { hintsOf, publishHints } from '../../client-sim/claims/hints.ts';
import { fieldsOf } from '../../server/core/parameters.ts';

const known = ['fromUserId', 'toUserId', 'objectName', 'content', 'verifyBlacklist', 'isIncludeSender'];

it.for([
  ['toUserIds', 'toUserId'],
  ['touserid', 'toUserId'],
  ['toUser', 'toUserId'],
  ['to_user_id', 'toUserId'],
  ['toUserId[]', 'toUserId'],
  ['fromUserID', 'fromUserId'],
  ['formUserId', 'fromUserId'],
  ['isIncludesender', 'isIncludeSender'],
  ['isIncludedSender', 'isIncludeSender'],
  ['content_type', 'content'],
  ['contnet', 'content'],
  ['verifyBlackList', 'verifyBlacklist'],
  ['objectname', 'objectName'],
])('A3 %s gets a hint at %s', ([name, meant]) => {
  expect(hintsOf([name!], known)).toEqual([
    `The parameter ${name} is not known and was ignored. Did you mean ${meant}?`,
  ]);
});

it.for([
  'isPersisted',
  'isCounted',
  'msgRandom',
  'busChannel',
  'pushContent',
  'pushData',
  'expansion',
  'x',
  '',
  'id',
])('A3 the unknown parameter %j gets none', (name) => {
  expect(hintsOf([name], known)).toEqual([]);
});

it('A3 a short name gets a hint only at its own other spelling', () => {
  expect(hintsOf(['MS', 'as', 'am'], ['ms', 'at'])).toHaveLength(1);
});

it.for(known)('A3 the known parameter %s gets none', (name) => {
  expect(hintsOf([name], known)).toEqual([]);
});

it.for(['toUserId\u001b[31m', 'content<script>', `content${'x'.repeat(100)}`])(
  'what may be no name gets none: %j',
  (name) => {
    expect(hintsOf([name], known)).toEqual([]);
  },
);

it('a request with very many parameters costs no more than one with some', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `contents${index}`);
  expect(hintsOf(names, known).length).toBeLessThanOrEqual(100);
});

it('A1 of a publish all parameters are known, those for groups too', () => {
  const names = [...known, 'toGroupId'];
  expect(publishHints(fieldsOf(Object.fromEntries(names.map((name) => [name, '1']))))).toEqual([]);
});
