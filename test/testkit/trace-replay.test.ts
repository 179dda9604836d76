import { expect } from 'vitest';
import { replayTrace } from '../../client-sim/testkit/trace-replay.ts';
import type { SimEvent } from '../../server/index.ts';
import { it as base, publishPath } from '../fixtures/simulator.ts';

/** What happened in the simulator while `run` ran. */
const it = base.extend('record', ({ simulator }) => async (run: () => Promise<unknown>) => {
  const events: SimEvent[] = [];
  for (const kind of ['publish', 'session', 'refused'] as const)
    simulator.on(kind, (event) => events.push(event));
  await run();
  return events;
});

it('sessions and publishes come again, with their outcomes', async ({
  simulator,
  connect,
  postForm,
  record,
}) => {
  const events = await record(async () => {
    const bob = await connect({ userId: 'bob', platform: 'ios' });
    await connect({ userId: 'bob', platform: 'web' });
    await postForm('/user/blacklist/add.json', { userId: 'carol', blackUserId: 'alice' });
    await postForm('/user/whitesetting/set.json', { userId: 'erin', whiteSetting: '1' });
    const fields = { fromUserId: 'alice', objectName: 'RC:TxtMsg', content: '{"content":"hello"}' };
    const toUserId = ['bob', 'carol', 'dave', 'erin'];
    await postForm(publishPath, { ...fields, toUserId, verifyBlacklist: '1' });
    await postForm(publishPath, { ...fields, toUserId: 'bob', objectName: 'RC:Bad' });
    const again = await connect({ userId: 'bob', platform: 'ios' });
    await bob.closed;
    await again.publish({ toUserId: 'dave', objectName: 'my:note', content: 'hi', isIncludeSender: true });
    await postForm('/group/create.json', { groupId: 'g', userId: ['bob', 'dave'] });
    await postForm('/statusmessage/group/publish.json', { ...fields, toGroupId: 'g', isIncludeSender: '1' });
    await postForm('/message/online/broadcast.json', fields);
    await again.close();
    simulator.publish({ ...fields, toUserId: 'bob' });
  });
  expect(events.filter(({ event }) => event === 'publish').length).toBe(5);
  expect(await replayTrace(events)).toEqual({ events: events.length - 1, skipped: 1, difference: undefined });
});

it('the first outcome that differs is told', async ({ connect, simulator, record }) => {
  const events = await record(async () => {
    await connect('bob');
    simulator.publish({ fromUserId: 'alice', toUserId: 'bob', objectName: 'RC:TypSts', content: '{}' });
  });
  const late = events.toReversed();
  expect(await replayTrace(late)).toEqual({
    events: 1,
    skipped: 0,
    difference:
      'RC:TypSts from "alice". Recorded: "bob" gets it: online with 1 session (B1.3). ' +
      'Now: "bob" does not get it: offline at this moment, and nothing is kept for later (B1.2).',
  });
});

it('who leaves without having come was there before', async ({ simulator, connect, record }) => {
  const bob = await connect('bob');
  const events = await record(async () => {
    simulator.publish({ fromUserId: 'alice', toUserId: 'bob', objectName: 'my:note', content: 'x' });
    await bob.close();
  });
  expect(await replayTrace(events)).toEqual({ events: 2, skipped: 0, difference: undefined });
});

it('the contents are others, of the same size', async ({ simulator, record }) => {
  const events = await record(async () => {
    simulator.publish({
      fromUserId: 'alice',
      toUserId: 'bob',
      objectName: 'my:note',
      content: 'é'.repeat(1000),
    });
  });
  expect(await replayTrace(events)).toMatchObject({ events: 1, difference: undefined });
  expect(events).toMatchObject([{ contentBytes: 2000 }]);
});

it('real time passes as it did, if one wants', async ({ connect, record }) => {
  const events = await record(async () => {
    await connect('bob');
    await connect('carol');
  });
  const waited: number[] = [];
  const at = events[0]!.at;
  await replayTrace(
    [
      { ...events[0]!, at },
      { ...events[1]!, at: at + 60_000 },
    ],
    async (ms) => {
      waited.push(ms);
    },
  );
  expect(waited).toEqual([0, 60_000]);
});
