import { expect, it } from 'vitest';
import { explainEcho, explainRecipient } from '../../client-sim/claims/explain.ts';
import { readRules } from '../../client-sim/docs/rules.ts';
import { whyOf } from '../../client-sim/web/outcome.js';
import { strings, words } from '../../client-sim/web/strings.js';
import type { DropReason, EchoOutcome, RecipientOutcome } from '../../server/core/delivery-report.ts';

const keys = Object.keys(strings.en) as (keyof typeof strings.en)[];

const gaps = (text: string) => [...new Set(text.match(/\{\d/g))].sort();

it.for(keys)('%s has the same gaps in both languages', (key) => {
  expect(gaps(strings.zh[key])).toEqual(gaps(strings.en[key]));
});

const texts = Object.values(strings).flatMap((language) => Object.values(language));
const cited = new Set(texts.flatMap((text) => text.match(/(?<=[(（])B\d+(\.\d+)?/g) ?? []));
const rules = readRules().flatMap(({ id, rules }) => [id, ...rules.keys()]);

it.for([...cited])('%s is cited, and can be read at /docs', (rule) => {
  expect(rules).toContain(rule);
});

const to = { userId: 'bob', messageUID: 'uid' };
const reasons = Object.keys({
  offline: 0,
  blocked: 0,
  backpressure: 0,
  fault: 0,
  unknown: 0,
} satisfies Record<DropReason, 0>) as DropReason[];
const outcomes: RecipientOutcome[] = [
  { ...to, outcome: 'delivered', sessions: 1 },
  { ...to, outcome: 'delivered', sessions: 2, backpressure: 1 },
  {
    ...to,
    outcome: 'dropped',
    reason: 'offline',
    note: 'the service would keep this and deliver it later',
  },
  ...reasons.map((reason): RecipientOutcome => ({ ...to, outcome: 'dropped', reason })),
];

it.for(outcomes)('the page says of %o what the simulator says', (outcome) => {
  expect(words('en', ...whyOf(outcome, 'alice'))).toBe(explainRecipient(outcome, 'alice'));
});

const skips = Object.keys({
  'not-requested': 0,
  'sender-offline': 0,
  'already-recipient': 0,
  backpressure: 0,
  fault: 0,
  unknown: 0,
} satisfies Record<Exclude<EchoOutcome['outcome'], 'echoed'>, 0>) as 'fault'[];
const echoes: EchoOutcome[] = [
  { outcome: 'echoed', sessions: 2 },
  ...skips.map((outcome): EchoOutcome => ({ outcome })),
];

it.for(echoes)('the page says of the echo %o what the simulator says', (echo) => {
  expect(words('en', ...whyOf(echo, 'alice'))).toBe(explainEcho(echo, 'alice'));
});
