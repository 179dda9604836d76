import { expect, it } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import { type ApiError, type SimEvent, startSimulator } from '../../server/index.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const crowd = Array.from({ length: 20 }, (_, index) => `user ${index}`);
const toAll = {
  fromUserId: 'alice',
  toUserId: ['bob', 'carol', ...crowd],
  objectName: 'app:mood',
  content: 'fine',
  isIncludeSender: 1,
} as const;

/** A day with every fault there is; all that anybody could see of it, as one text. */
async function liveThrough(seed: string): Promise<string> {
  await using simulator = await startSimulator({ seed, backlogBytes: 2000 });
  const app = simulator.app();
  app.clock.freeze(noon);
  const events: SimEvent[] = [];
  // The machine picks the port that a client comes from.
  app.listen((event) => events.push({ ...event, clientIp: '' } as SimEvent));
  const connect = (userId: string) => connectClient(simulator.wsUrl, { userId });
  const [alice, bob, carol] = [await connect('alice'), await connect('bob'), await connect('carol')];

  const answers: unknown[] = [];
  const publish = () => {
    try {
      answers.push(simulator.publish(toAll));
    } catch (error) {
      answers.push((error as ApiError).code);
    }
  };

  publish();
  app.faults.set({ fault: 'refuse-publish', code: 1000, probability: 0.5 });
  for (let times = 0; times < 40; times++) publish();
  app.faults.remove();
  app.faults.set({ fault: 'drop-next', userId: 'bob', count: 1 });
  app.faults.set({ fault: 'delay', userId: 'carol', delayMs: 500 });
  app.faults.set({ fault: 'freeze', userId: 'alice' });
  for (let times = 0; times < 10; times++) publish();
  answers.push(await app.settle());
  await app.clock.advance(29_000);
  app.faults.remove({ fault: 'freeze' });
  app.faults.set({ fault: 'half-open', userId: 'carol' });
  publish();
  await app.clock.advance(24 * 3600_000);
  app.faults.set({ fault: 'disconnect-at', userId: 'bob', recipient: 2 });
  publish();
  await Promise.all([bob.closed, carol.closed]);
  answers.push(await app.settle(), app.clock.read());
  const seen = [alice, bob, carol].map(({ sessionId, received }) => ({ sessionId, received }));
  return JSON.stringify({ answers, events, seen });
}

/** The place of the first difference, as both have it: the texts are long. */
function difference(one: string, other: string): string[] {
  const at = [...one].findIndex((character, index) => character !== other[index]);
  return one === other ? [] : [one, other].map((text) => text.slice(Math.max(0, at - 100), at + 50));
}

it('B6.9 two runs with the same seed and a frozen clock give byte-identical reports', async () => {
  expect(difference(await liveThrough('seed'), await liveThrough('seed'))).toEqual([]);
});

it('B6.9 after a reset a seed gives the same ids again', async () => {
  await using simulator = await startSimulator({ seed: 'seed' });
  const { messageUIDs } = simulator.publish(toAll);
  simulator.app().reset();
  expect(simulator.publish(toAll).messageUIDs).toEqual(messageUIDs);
});

it('B3.11 a publish that is refused takes no id of a seed', async () => {
  await using simulator = await startSimulator({ seed: 'seed', recipientsPerMinute: 1 });
  const app = simulator.app();
  const first = () => simulator.publish({ ...toAll, toUserId: 'bob' }).messageUIDs;
  const fresh = first();
  app.reset();
  expect(() => simulator.publish(toAll)).toThrow('would exceed');
  app.faults.set({ fault: 'refuse-publish', code: 1000 });
  expect(first).toThrow('refuse-publish');
  expect(first()).toEqual(fresh);
});

it('B6.9 another seed gives other ids, and refuses other publishes', async () => {
  const [one, other] = [JSON.parse(await liveThrough('seed')), JSON.parse(await liveThrough('another'))];
  const refusals = (run: { answers: unknown[] }) => run.answers.map((answer) => answer === 1000);
  expect(one.seen[0].sessionId).not.toBe(other.seen[0].sessionId);
  expect(refusals(one)).not.toEqual(refusals(other));
});
