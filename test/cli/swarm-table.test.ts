import pc from 'picocolors';
import { expect, it } from 'vitest';
import { swarmTable, swarmVerdict } from '../../client-sim/cli/swarm-table.ts';
import type { SwarmRecord } from '../../client-sim/swarm/swarm-record.ts';

const record: SwarmRecord = {
  clients: 20,
  seed: 's',
  publishesPerSecond: 50,
  publishingMs: 10_000,
  publishes: 500,
  typing: 0,
  messages: 5000,
  delivered: 4800,
  dropped: { offline: 180, changing: 20, refused: 0, unanswered: 0 },
  echoes: 240,
  latencyMs: { p50: 0.84, p99: 3.25, max: 12 },
  violations: { duplicates: 0, late: 0, lost: 0, misdelivered: 0 },
  refused: [],
  unanswered: { count: 0, reason: '' },
  sessionsEnded: [],
  firstViolation: null,
};

const table = (fields: Partial<SwarmRecord> = {}) => {
  return swarmTable({ ...record, ...fields }, pc.createColors(false));
};

it('has a row for each number, and a word on those that need one', () => {
  expect(table()).toEqual([
    'clients           20',
    'publishes        500  50.0 a second for 10.0 s',
    'messages        5000  one per recipient',
    'delivered       4800',
    'dropped          200',
    '  offline        180',
    '  changing        20  the client was connecting or disconnecting',
    'echoes           240',
    'latency p50      0.8  ms, from request to arrival',
    'latency p99      3.3  ms',
    'latency max     12.0  ms',
    'violations         0',
    '  duplicates       0',
    '  late             0',
    '  lost             0',
    '  misdelivered     0',
  ]);
});

it('B8 its end is a sentence', () => {
  expect(swarmVerdict(record)).toBe('5,000 judged: none lost, none late, none twice, none misdelivered.');
  const violations = { ...record.violations, lost: 2, duplicates: 1 };
  expect(swarmVerdict({ ...record, violations })).toBe(
    '5,000 judged: 2 lost, none late, 1 twice, none misdelivered.',
  );
});

it('has rows for what is not always there', () => {
  const dropped = { ...record.dropped, refused: 30, unanswered: 10 };
  expect(table({ typing: 90, dropped })).toEqual(
    expect.arrayContaining([
      'typing            90  sent by the clients',
      '  refused         30',
      '  unanswered      10',
    ]),
  );
});

it('has no latency when nothing arrived', () => {
  expect(table({ latencyMs: null }).join('\n')).not.toContain('latency');
});

it('says so when it could not publish as fast as it was asked to', () => {
  expect(table({ publishes: 400 })).toContain(
    'publishes        400  40.0 a second for 10.0 s, of 50 requested',
  );
});

it('says nothing of a rate when nothing was published', () => {
  expect(table({ publishes: 0, publishingMs: 0 })).toContain('publishes          0');
});
