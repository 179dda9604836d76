import { expect } from 'vitest';
import { it as base } from '../fixtures/raw-session.ts';

const userIds = Array.from({ length: 1000 }, (_, index) => `user ${index}`);
const [frozen, halfOpen, ...others] = userIds;
const kilobyte = 'x'.repeat(1000);
const budgetBytes = 16 * 1024;

const it = base.extend('options', {
  backlogBytes: budgetBytes,
  recipientsPerMinute: Number.POSITIVE_INFINITY,
});

it('B1.12 a publish to 1000 with one frozen and one half-open recipient reaches the 998 others without delay', async ({
  simulator,
  openRaw,
}) => {
  const crowd = new Map(await Promise.all(userIds.map(async (id) => [id, await openRaw(id)] as const)));
  const app = simulator.app();
  app.clock.freeze(); // no time passes: whatever waited for time would never come
  app.faults.set({ fault: 'freeze', userId: frozen! });
  app.faults.set({ fault: 'half-open', userId: halfOpen! });
  const message = { fromUserId: 'sender', toUserId: userIds, objectName: 'app:mood', content: kilobyte };
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => simulator.publish(message)));
  const publishes = outcomes.map(({ report }) => report.recipients);
  const { sessions, unconfirmed } = await app.settle(60_000); // a thousand answers, on a machine that may be busy

  const last = publishes.at(-1)!;
  expect(last.slice(0, 3)).toMatchObject([
    { userId: frozen, outcome: 'dropped', reason: 'backpressure' },
    { userId: halfOpen, outcome: 'delivered' },
    { userId: others[0], outcome: 'delivered', sessions: 1 },
  ]);
  expect([sessions, unconfirmed.map(({ userId }) => userId)]).toEqual([998, [frozen, halfOpen]]);
  // Of the others each has all of them by now; the two have none.
  const received = userIds.map((id) => crowd.get(id)!.frames.length - 1);
  expect(received).toEqual([0, 0, ...others.map(() => publishes.length)]);
});
