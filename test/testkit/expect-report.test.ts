import { AssertionError } from 'node:assert';
import { describe } from 'vitest';
import { expectReport, type SimApp } from '../../client-sim/testkit/index.ts';
import { test as base, expect } from '../../client-sim/testkit/vitest.ts';
import type { DeliveryReport } from '../../server/index.ts';
import { failureOf } from './failure-of.ts';

const test = base.extend<{ report: DeliveryReport }>({
  /** Of a publish from alice, who is offline, to bob with two sessions, carol and dave. */
  report: async ({ sim }, use) => {
    await bobTwice(sim);
    await use(await sim.publish({ from: 'alice', to: ['bob', 'carol', 'dave'], includeSender: true }));
  },
});

/** How each failure about it ends. */
const whole = `The report:
  "bob" gets it: online with 2 sessions (B1.3).
  "carol" does not get it: offline at this moment, and nothing is kept for later (B1.2).
  "dave" does not get it: offline at this moment, and nothing is kept for later (B1.2).
  The sender gets no echo: no session of the sender to echo to (B1.6).`;

async function bobTwice(sim: SimApp): Promise<void> {
  await sim.connect('bob');
  await sim.connect('bob');
}

describe('toHaveDropped', () => {
  test('holds with the reason, and without', ({ report }) => {
    expectReport(report).toHaveDropped('carol');
    expectReport(report).toHaveDropped('carol', 'offline');
  });

  test('says that the message was delivered', async ({ report }) => {
    expect(await failureOf(() => expectReport(report).toHaveDropped('bob'))).toBe(
      `The message was not dropped for "bob". ${whole}`,
    );
  });

  test('says what the reason was', async ({ report }) => {
    expect(await failureOf(() => expectReport(report).toHaveDropped('carol', 'blocked'))).toBe(
      `The message was not dropped as blocked for "carol". ${whole}`,
    );
  });

  test('speaks of the sender without a name, which no report holds', async () => {
    const messageUID = '5GSB-RPM1-KP8H-0000';
    const report: DeliveryReport = {
      recipients: [{ userId: 'carol', messageUID, outcome: 'dropped', reason: 'blocked' }],
      echo: { outcome: 'not-requested' },
    };
    expect(await failureOf(() => expectReport(report).toHaveDropped('carol', 'offline'))).toBe(
      `The message was not dropped as offline for "carol". The report:
  "carol" does not get it: blocks the sender, and verifyBlacklist is 1 (B1.8).
  The sender gets no echo: isIncludeSender is 0 (B1.6).`,
    );
  });

  test('with `not` fails for a message that was dropped', async ({ report }) => {
    expect(await failureOf(() => expectReport(report).not.toHaveDropped('carol'))).toBe(
      `The message was dropped for "carol". ${whole}`,
    );
  });
});

describe('toHaveDelivered', () => {
  test('holds with the number of sessions, and without', ({ report }) => {
    expectReport(report).toHaveDelivered('bob');
    expectReport(report).toHaveDelivered('bob', 2);
  });

  test('says how many sessions got it', async ({ report }) => {
    expect(await failureOf(() => expectReport(report).toHaveDelivered('bob', 1))).toBe(
      `The message was not delivered to 1 session of "bob". ${whole}`,
    );
  });

  test('says why nobody got it', async ({ report }) => {
    expect(await failureOf(() => expectReport(report).toHaveDelivered('carol'))).toBe(
      `The message was not delivered to "carol". ${whole}`,
    );
  });

  test('with `not` fails for a message that was delivered', async ({ report }) => {
    expect(await failureOf(() => expectReport(report).not.toHaveDelivered('bob', 2))).toBe(
      `The message was delivered to 2 sessions of "bob". ${whole}`,
    );
  });
});

describe('toHaveEchoed', () => {
  test('holds with the number of sessions, and without', async ({ sim }) => {
    await bobTwice(sim);
    const report = await sim.publish({ from: 'bob', to: 'carol', includeSender: true });
    expectReport(report).toHaveEchoed();
    expectReport(report).toHaveEchoed(2);
  });

  test('says why there was no echo', async ({ report }) => {
    expect(await failureOf(() => expectReport(report).toHaveEchoed())).toBe(
      `The message was not echoed to the sender. ${whole}`,
    );
  });

  test('with `not` holds where there was none', ({ report }) => {
    expectReport(report).not.toHaveEchoed();
  });
});

test('a recipient that the publish did not have fails, with `not` too', async ({ report }) => {
  const text = `The message was not for "Bob". ${whole}`;
  expect(await failureOf(() => expectReport(report).toHaveDelivered('Bob'))).toBe(text);
  expect(await failureOf(() => expectReport(report).not.toHaveDelivered('Bob'))).toBe(text);
});

test('a report that was not awaited is refused, by every matcher', async ({ sim }) => {
  const forgotten = sim.publish({ from: 'alice', to: 'bob' }) as unknown as DeliveryReport;
  const text =
    'The assertion is about a report, as sim.publish() gives it, not about this value. Await sim.publish() first.';
  expect(await failureOf(() => expectReport(forgotten).toHaveDropped('bob'))).toBe(text);
  expect(await failureOf(() => expectReport(forgotten).toHaveDelivered('bob'))).toBe(text);
  expect(await failureOf(() => expectReport(forgotten).not.toHaveEchoed())).toBe(text);
  await forgotten;
});

test('a failure is an AssertionError', ({ report }) => {
  expect(() => expectReport(report).toHaveDelivered('carol')).toThrow(AssertionError);
});
