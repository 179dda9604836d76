import { describe, expect, it } from 'vitest';
import {
  type DropReason,
  type EchoOutcome,
  echoOutcome,
  mergeEchoes,
  mergeRecipients,
  type RecipientOutcome,
  recipientOutcome,
} from '../../server/core/delivery-report.ts';

const bob = { userId: 'bob', messageUID: 'AAAA-BBBB-CCCC-0000' };
const delivered = (sessions: number): RecipientOutcome => ({ ...bob, outcome: 'delivered', sessions });
const dropped = (reason: DropReason): RecipientOutcome => ({ ...bob, outcome: 'dropped', reason });
/** With so many sessions that read too slowly. */
const slow = (backpressure: number, row = dropped('backpressure')) => ({ ...row, backpressure });
const echoed = (sessions: number): EchoOutcome => ({ outcome: 'echoed', sessions });

describe('B2.1 the outcome for a recipient', () => {
  const sessions = ['b1', 'b2', 'b3'];
  const rows: [title: string, outcome: RecipientOutcome, expected: RecipientOutcome][] = [
    [
      'is a drop with its reason',
      recipientOutcome({ userId: 'bob', sessions: [], drop: 'blocked' }, bob.messageUID),
      dropped('blocked'),
    ],
    ['counts the sessions that get it', outcomeOf(3), delivered(3)],
    ['counts the sessions that were too slow apart', outcomeOf(1), slow(2, delivered(1))],
    ['is backpressure when all sessions were too slow', outcomeOf(0), slow(3)],
    [
      'is the reason that says most when no session gets it',
      missedFor('offline', 'fault', 'offline'),
      dropped('fault'),
    ],
    [
      'is offline when all sessions ended meanwhile',
      missedFor('offline', 'offline', 'offline'),
      dropped('offline'),
    ],
  ];

  function outcomeOf(count: number) {
    return missedFor(...sessions.slice(count).map(() => 'backpressure' as const));
  }

  function missedFor(...misses: DropReason[]) {
    return recipientOutcome({ userId: 'bob', sessions, drop: undefined }, bob.messageUID, misses);
  }

  it.each(rows)('B2.1 %s', (_, outcome, expected) => {
    expect(outcome).toEqual(expected);
  });
});

describe('B2.1 the outcome of the echo', () => {
  const skips = ['not-requested', 'sender-offline', 'already-recipient'] as const;

  it.each(skips)('B2.1 names why there is none: %s', (skip) => {
    expect(echoOutcome({ sessions: [], skip })).toEqual({ outcome: skip });
  });

  it('B2.1 counts the sessions that get it', () => {
    expect(echoOutcome({ sessions: ['a1', 'a2'], skip: undefined }, ['backpressure'])).toEqual(echoed(1));
  });

  it('B2.1 is backpressure when all sessions were too slow', () => {
    const misses = ['backpressure', 'backpressure'] as const;
    expect(echoOutcome({ sessions: ['a1', 'a2'], skip: undefined }, misses)).toEqual({
      outcome: 'backpressure',
    });
  });

  it('B2.1 is sender-offline when all sessions ended meanwhile', () => {
    const echo = echoOutcome({ sessions: ['a1'], skip: undefined }, ['offline']);
    expect(echo).toEqual({ outcome: 'sender-offline' });
  });
});

describe('merging what two nodes report', () => {
  type MergeRow<T> = [title: string, a: T, b: T, merged: T];

  const rows: MergeRow<RecipientOutcome>[] = [
    ['offline on both is offline', dropped('offline'), dropped('offline'), dropped('offline')],
    ['delivered on one is delivered', delivered(2), dropped('offline'), delivered(2)],
    ['delivered on both adds up', delivered(2), delivered(1), delivered(3)],
    ['delivered outweighs a silent node', delivered(1), dropped('unknown'), delivered(1)],
    ['delivered keeps count of the slow', delivered(1), slow(2), slow(2, delivered(1))],
    ['slow sessions add up', slow(1, delivered(1)), slow(2, delivered(1)), slow(3, delivered(2))],
    ['too slow outweighs offline', slow(1), dropped('offline'), slow(1)],
    ['too slow on both adds up', slow(1), slow(2), slow(3)],
    ['a fault outweighs too slow', dropped('fault'), slow(2), slow(2, dropped('fault'))],
    ['a silent node outweighs a fault', dropped('unknown'), dropped('fault'), dropped('unknown')],
    ['a silent node outweighs offline', dropped('unknown'), dropped('offline'), dropped('unknown')],
    ['a silent node outweighs too slow', dropped('unknown'), slow(2), slow(2, dropped('unknown'))],
    ['blocked outweighs a silent node', dropped('blocked'), dropped('unknown'), dropped('blocked')],
    ['blocked on both is blocked', dropped('blocked'), dropped('blocked'), dropped('blocked')],
  ];

  const echoRows: MergeRow<EchoOutcome>[] = [
    ['an echo on both adds up', echoed(1), echoed(2), echoed(3)],
    ['an echo on one is an echo', echoed(1), { outcome: 'sender-offline' }, echoed(1)],
    ['an echo outweighs too slow', echoed(1), { outcome: 'backpressure' }, echoed(1)],
    ['a fault outweighs too slow', { outcome: 'fault' }, { outcome: 'backpressure' }, { outcome: 'fault' }],
    [
      'too slow outweighs an offline sender',
      { outcome: 'backpressure' },
      { outcome: 'sender-offline' },
      { outcome: 'backpressure' },
    ],
    ...(['not-requested', 'sender-offline', 'already-recipient', 'backpressure', 'fault'] as const).map(
      (outcome): MergeRow<EchoOutcome> => [`${outcome} on both stays`, { outcome }, { outcome }, { outcome }],
    ),
  ];

  it.each(rows)('B2.1 %s', (_, a, b, merged) => {
    expect(mergeRecipients(a, b)).toEqual(merged);
  });

  it.each(rows)('B2.1 %s, the other way round', (_, a, b, merged) => {
    expect(mergeRecipients(b, a)).toEqual(merged);
  });

  it.each(echoRows)('B2.1 %s', (_, a, b, merged) => {
    expect(mergeEchoes(a, b)).toEqual(merged);
  });

  it.each(echoRows)('B2.1 %s, the other way round', (_, a, b, merged) => {
    expect(mergeEchoes(b, a)).toEqual(merged);
  });
});
