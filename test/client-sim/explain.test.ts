import { expect, it } from 'vitest';
import { explain, explainEcho, explainRecipient } from '../../client-sim/claims/explain.ts';
import type {
  DeliveryReport,
  DropReason,
  EchoOutcome,
  RecipientOutcome,
} from '../../server/core/delivery-report.ts';

const row = { userId: 'bob', messageUID: 'AAAA-BBBB-CCCC-0000' };
const dropped = (reason: DropReason): RecipientOutcome => ({ ...row, outcome: 'dropped', reason });

const recipients: [title: string, outcome: RecipientOutcome, sentence: string][] = [
  [
    'B1.3 one session',
    { ...row, outcome: 'delivered', sessions: 1 },
    '"bob" gets it: online with 1 session (B1.3).',
  ],
  [
    'B1.3 several sessions',
    { ...row, outcome: 'delivered', sessions: 2 },
    '"bob" gets it: online with 2 sessions (B1.3).',
  ],
  [
    'B1.12 slow sessions besides',
    { ...row, outcome: 'delivered', sessions: 2, backpressure: 1 },
    '"bob" gets it: online with 2 sessions (B1.3); 1 session more read too slowly (B1.12).',
  ],
  [
    'B1.2 offline',
    dropped('offline'),
    '"bob" does not get it: offline at this moment, and nothing is kept for later (B1.2).',
  ],
  [
    'B1.8 blocked',
    dropped('blocked'),
    '"bob" does not get it: blocks "alice", and verifyBlacklist is 1 (B1.8).',
  ],
  [
    'B1.12 too slow',
    dropped('backpressure'),
    '"bob" does not get it: online, but reads so slowly that the backlog is over its budget (B1.12).',
  ],
  ['B2.1 a fault', dropped('fault'), '"bob" does not get it: lost to a fault that a test has set (B6.10).'],
  [
    'B2.1 a silent node',
    dropped('unknown'),
    '"bob" may or may not have got it: a node of the cluster did not answer in time (B2).',
  ],
  [
    'an id that could pass for a sentence',
    { userId: 'bob" gets it.\n', messageUID: row.messageUID, outcome: 'delivered', sessions: 1 },
    String.raw`"bob\" gets it.\n" gets it: online with 1 session (B1.3).`,
  ],
];

it.each(recipients)('a recipient is explained: %s', (_, outcome, sentence) => {
  expect(explain({ recipients: [outcome], echo: { outcome: 'not-requested' } }, 'alice')[0]).toBe(sentence);
});

const echoes: [echo: EchoOutcome, sentence: string][] = [
  [
    { outcome: 'echoed', sessions: 2 },
    'The sender "alice" gets an echo in 2 sessions: isIncludeSender is 1 (B1.6).',
  ],
  [{ outcome: 'not-requested' }, 'The sender "alice" gets no echo: isIncludeSender is 0 (B1.6).'],
  [
    { outcome: 'sender-offline' },
    'The sender "alice" gets no echo: no session of the sender to echo to (B1.6).',
  ],
  [
    { outcome: 'already-recipient' },
    'The sender "alice" gets no echo: already a recipient of this message (B1.5).',
  ],
  [{ outcome: 'fault' }, 'The sender "alice" gets no echo: lost to a fault that a test has set (B6.10).'],
  [
    { outcome: 'backpressure' },
    'The sender "alice" gets no echo: reads so slowly that the backlog is over its budget (B1.12).',
  ],
];

it.each(echoes)('an echo is explained: $outcome', (echo, sentence) => {
  expect(explain({ recipients: [], echo }, 'alice')).toEqual([sentence]);
});

it('the recipients come in the order of the report, and the echo last', () => {
  const rows = ['carol', 'bob'].map((userId) => ({ ...dropped('offline'), userId }));
  const sentences = explain({ recipients: rows, echo: { outcome: 'not-requested' } }, 'alice');
  expect(sentences.map((sentence) => /"(\w+)"/.exec(sentence)?.[1])).toEqual(['carol', 'bob', 'alice']);
});

const effects = new Map([
  ['bob', 'the fault half-open lets nothing pass'],
  ['alice', 'the fault drop-next loses it'],
]);

it('B6.10 a sentence goes on with what a fault does', () => {
  const [sentence] = explain(
    { recipients: [{ ...row, outcome: 'delivered', sessions: 1 }], echo: { outcome: 'not-requested' } },
    'alice',
    effects,
  );
  expect(sentence).toBe(
    '"bob" gets it: online with 1 session (B1.3); the fault half-open lets nothing pass (B6.10).',
  );
});

it('B6.10 a fault has nothing to do with a recipient who blocks the sender', () => {
  const report: DeliveryReport = { recipients: [dropped('blocked')], echo: { outcome: 'not-requested' } };
  expect(explain(report, 'alice', effects)[0]).not.toContain('fault');
});

it.each<[EchoOutcome, boolean]>([
  [{ outcome: 'echoed', sessions: 1 }, true],
  [{ outcome: 'fault' }, true],
  [{ outcome: 'sender-offline' }, true],
  [{ outcome: 'not-requested' }, false],
  [{ outcome: 'already-recipient' }, false],
])('B6.10 whether a fault is named for an echo: %j, %s', (echo, isNamed) => {
  const [sentence] = explain({ recipients: [], echo }, 'alice', effects);
  expect(sentence?.includes('drop-next')).toBe(isNamed);
});

it('B2.2 a sender who is not known has no name', () => {
  expect([explainRecipient(dropped('blocked')), explainEcho({ outcome: 'not-requested' })]).toEqual([
    '"bob" does not get it: blocks the sender, and verifyBlacklist is 1 (B1.8).',
    'The sender gets no echo: isIncludeSender is 0 (B1.6).',
  ]);
});

const heldBack = new Map([['bob', 'the fault delay holds it back']]);

it('B6.10 a fault does nothing to who was judged not to get it', () => {
  const report: DeliveryReport = { recipients: [dropped('blocked')], echo: { outcome: 'not-requested' } };
  expect(explain(report, 'alice', heldBack)[0]).not.toContain('fault');
});

it.each(['offline', 'backpressure'] as const)('B6.10 a fault is named with a drop by %s', (reason) => {
  const report: DeliveryReport = { recipients: [dropped(reason)], echo: { outcome: 'not-requested' } };
  expect(explain(report, 'alice', heldBack)[0]).toMatch(/; the fault delay holds it back \(B6\.10\)\.$/);
});
