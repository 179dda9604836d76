import { expect, it } from 'vitest';
import { Counters } from '../../server/core/counters.ts';
import type { DeliveryReport } from '../../server/core/delivery-report.ts';

it('B6.11 everything begins at nothing', () => {
  expect({ ...new Counters(), refused: [] }).toEqual({
    publishes: { rongcloud: 0, sim: 0, client: 0, embedded: 0 },
    recipients: 0,
    deliveries: 0,
    drops: { offline: 0, blocked: 0, backpressure: 0, unknown: 0, fault: 0 },
    echoes: 0,
    kicks: 0,
    internalErrors: 0,
    sessions: 0,
    refused: [],
    webhookEvents: { delivered: 0, failed: 0, overflow: 0 },
  });
});

it('B6.11 a recipient counts once, each session that got it as a delivery', () => {
  const counts = new Counters();
  counts.recipient({ userId: 'bob', sessions: [1, 2, 3], drop: undefined }, ['backpressure']);
  expect([counts.recipients, counts.deliveries, counts.drops.backpressure]).toEqual([1, 2, 0]);
});

it('B6.11 a recipient who got it in no session is a drop, by its reason', () => {
  const counts = new Counters();
  counts.recipient({ userId: 'bob', sessions: [], drop: 'offline' }, []);
  counts.recipient({ userId: 'carol', sessions: [1, 2], drop: undefined }, ['backpressure', 'fault']);
  expect([counts.recipients, counts.deliveries, counts.drops]).toMatchObject([
    2,
    0,
    { offline: 1, fault: 1 },
  ]);
});

it('B6.11 the echo counts the sessions that got it', () => {
  const counts = new Counters();
  counts.echo({ sessions: [1, 2, 3], skip: undefined }, ['fault']);
  counts.echo({ sessions: [], skip: 'not-requested' }, []);
  expect(counts.echoes).toBe(2);
});

it('B6.11 refusals are counted by their code', () => {
  const counts = new Counters();
  for (const code of [1002, 1008, 1002]) counts.refuse(code);
  expect([...counts.refused]).toEqual([
    [1002, 2],
    [1008, 1],
  ]);
});

const row = { userId: 'bob', messageUID: 'U' };
const report: DeliveryReport = {
  recipients: [
    { ...row, outcome: 'delivered', sessions: 2 },
    { ...row, outcome: 'delivered', sessions: 3 },
    { ...row, outcome: 'dropped', reason: 'offline' },
    { ...row, outcome: 'dropped', reason: 'blocked' },
  ],
  echo: { outcome: 'echoed', sessions: 4 },
};

it('B6.11 a node counts the sessions that a publish has reached on it', () => {
  const counts = new Counters();
  counts.reached(report);
  counts.reached({ recipients: [], echo: { outcome: 'not-requested' } });
  expect([counts.deliveries, counts.echoes, counts.recipients]).toEqual([5, 4, 0]);
});

it('B6.11 the node that was asked counts what became of the recipients over all nodes', () => {
  const counts = new Counters();
  counts.judged(report);
  expect([counts.recipients, counts.deliveries, counts.drops]).toMatchObject([
    4,
    0,
    { offline: 1, blocked: 1 },
  ]);
});

it('B6.11 only recipients who did not get it on any node are drops', () => {
  const counts = new Counters();
  counts.judged({
    recipients: [
      { userId: 'bob', messageUID: 'U-0', outcome: 'delivered', sessions: 1 },
      { userId: 'carol', messageUID: 'U-1', outcome: 'dropped', reason: 'blocked' },
    ],
    echo: { outcome: 'not-requested' },
  });
  expect([counts.recipients, counts.drops]).toEqual([
    2,
    { offline: 0, blocked: 1, backpressure: 0, unknown: 0, fault: 0 },
  ]);
});

it('B6.11 fan-outs are told many at a time, each once, and the rest when asked for', () => {
  const told: (readonly number[])[] = [];
  const counts = new Counters((ms) => told.push(ms));
  const all = Array.from({ length: 300 }, (_, index) => index);
  for (const ms of all) counts.noteFanOut(ms);
  expect(told).toEqual([all.slice(0, 256)]);
  counts.flushFanOuts();
  expect(told).toEqual([all.slice(0, 256), all.slice(256)]);
});
