import { expect, it } from 'vitest';
import { AppClock } from '../../server/clock/app-clock.ts';
import { Counters } from '../../server/core/counters.ts';
import { limits } from '../../server/protocol/limits.ts';
import type { OnlineStatus } from '../../server/webhook/webhook.ts';
import { Webhook } from '../../server/webhook/webhook.ts';

const event = (index: number): OnlineStatus => ({
  userid: `user-${index}`,
  status: '0',
  os: 'Websocket',
  time: 0,
  clientIp: '',
  sessionId: '',
});

/** A webhook on a frozen clock; its receiver answers as told, in turn, and then well. */
function setUp(...answers: boolean[]) {
  const posts: string[][] = [];
  let answered = () => {};
  const clock = new AppClock({ before: async () => {}, after: async () => {} });
  clock.freeze(0);
  const counts = new Counters();
  const post = async (events: readonly OnlineStatus[]) => {
    posts.push(events.map(({ userid }) => userid));
    answered();
    return answers.shift() ?? true;
  };
  const webhook = new Webhook(post, clock, counts);
  /** Resolves when so many posts were made, and what follows from them has happened. */
  const posted = async (count: number) => {
    while (posts.length < count) {
      await new Promise<void>((resolve) => {
        answered = resolve;
      });
    }
    await new Promise(setImmediate);
  };
  return { webhook, post, clock, counts: counts.webhookEvents, posts, posted };
}

it('B8.3 what happens in one go is posted in one list', async () => {
  const { webhook, posts, posted } = setUp();
  webhook.push(event(1));
  webhook.push(event(2));
  await posted(1);
  expect(posts).toEqual([['user-1', 'user-2']]);
});

it('B8.3 a list has at most 100 events, and no event overtakes another', async () => {
  const { webhook, posts, posted } = setUp();
  for (let index = 0; index < 250; index++) webhook.push(event(index));
  await posted(3);
  expect(posts.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(posts.flat()).toEqual(Array.from({ length: 250 }, (_, index) => `user-${index}`));
});

it('B8.4 what was not taken is posted again after a second, before all that came since', async () => {
  const { webhook, clock, posts, posted } = setUp(false);
  webhook.push(event(1));
  await posted(1);
  webhook.push(event(2));
  const first = clock.read().nextTimerAt;
  await clock.advance(1000);
  await posted(3);
  expect([first, posts]).toEqual([1000, [['user-1'], ['user-1'], ['user-2']]]);
});

it('B8.4 each pause is twice as long as the one before, and after six attempts the events are lost', async () => {
  const { webhook, clock, counts, posts, posted } = setUp(...Array(6).fill(false));
  webhook.push(event(1));
  const times: number[] = [];
  for (let attempt = 1; attempt <= 5; attempt++) {
    await posted(attempt);
    times.push((await clock.runToNextTimer()).now);
  }
  await posted(6);
  expect(times).toEqual([1000, 3000, 7000, 15_000, 31_000]);
  expect([posts.length, counts]).toEqual([6, { delivered: 0, failed: 1, overflow: 0 }]);
});

it('B8.4 after a loss the next events are posted', async () => {
  const { webhook, clock, counts, posts, posted } = setUp(...Array(6).fill(false));
  webhook.push(event(1));
  for (let attempt = 1; attempt <= 5; attempt++) {
    await posted(attempt);
    await clock.runToNextTimer();
  }
  await posted(6);
  webhook.push(event(2));
  await posted(7);
  expect([posts.at(-1), counts]).toEqual([['user-2'], { delivered: 1, failed: 1, overflow: 0 }]);
});

it('B8.5 with nobody there to take them, no more than 10,000 events wait, and the oldest are lost', async () => {
  const { webhook, clock, counts, posts, posted } = setUp(false);
  webhook.push(event(-1));
  await posted(1);
  for (let index = 0; index < limits.webhookEvents + 5; index++) webhook.push(event(index));
  expect(counts).toEqual({ delivered: 0, failed: 0, overflow: 5 });
  await clock.advance(1000);
  await posted(2 + limits.webhookEvents / limits.webhookBatch);
  expect(posts[2]![0]).toBe('user-5');
});

it('B8.5 closing posts what is left', async () => {
  const { webhook, posts } = setUp();
  for (let index = 0; index < 150; index++) webhook.push(event(index));
  await webhook.close();
  expect(posts.flat()).toHaveLength(150);
});

it('B8.5 closing tries once more what was not taken, and does not wait for the clock', async () => {
  const { webhook, counts, posts, posted } = setUp(false, false);
  webhook.push(event(1));
  await posted(1);
  for (let index = 0; index < 150; index++) webhook.push(event(index));
  await webhook.close();
  expect([posts.length, counts]).toEqual([2, { delivered: 0, failed: 151, overflow: 0 }]);
});

it('B8.3 what outlives the app is tried at once, comes before what the app has to tell when it is as new, and leaves its clock alone', async () => {
  const { webhook, clock, posts, posted, ...more } = setUp(false);
  webhook.push(event(1));
  await posted(1);
  const next = new Webhook(more.post, clock, new Counters(), webhook);
  next.push(event(2));
  void webhook.outlive();
  await posted(3);
  expect([posts, webhook.isCurrent, next.isCurrent]).toEqual([
    [['user-1'], ['user-1'], ['user-2']],
    false,
    true,
  ]);
});

it('B8.4 what outlives the app is tried again by the time of the machine', async () => {
  const { webhook, clock, posts, posted } = setUp(false, false);
  webhook.push(event(1));
  await posted(1);
  void webhook.outlive();
  await posted(2);
  expect(clock.read().nextTimerAt).toBeUndefined();
  await posted(3); // after two seconds
  expect(posts).toHaveLength(3);
});

it('B8.5 closing does not wait for what outlived the app either', async () => {
  const { webhook, clock, posts, posted, ...more } = setUp(false, false, false);
  webhook.push(event(1));
  await posted(1);
  const next = new Webhook(more.post, clock, new Counters(), webhook);
  next.push(event(2));
  void webhook.outlive();
  await posted(2);
  await next.close();
  expect(posts).toEqual([['user-1'], ['user-1'], ['user-1'], ['user-2']]);
});
