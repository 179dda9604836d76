import { expectClient, expectNone } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import { failureOf } from './failure-of.ts';

test('a client that a fault holds is judged at once, by what has come', async ({ sim }) => {
  const bob = await sim.connect('bob');
  sim.faults.set({ fault: 'half-open', userId: 'bob' });
  expect(await sim.publish({ from: 'alice', to: 'bob' })).toHaveDelivered('bob', 1);
  await expectNone(bob);
});

test('a failure names the fault that holds the client', async ({ sim }) => {
  const bob = await sim.connect('bob');
  sim.faults.set({ fault: 'half-open', userId: 'bob' });
  await sim.publish({ from: 'alice', to: 'bob' });
  expect(await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }))).toBe(
    `"bob" did not receive {"fromUserId":"alice"}.
It received nothing at all.
Published, but not received:
  RC:TxtMsg from "alice": "bob" gets it: online with 1 session (B1.3). This client does not have it, though.
Its session is held: the fault half-open lets nothing pass (B6.10).`,
  );
});

test('a delayed message has not come before its time', async ({ sim }) => {
  const bob = await sim.connect('bob');
  sim.clock.freeze();
  sim.faults.set({ fault: 'delay', userId: 'bob', delayMs: 1000 });
  await sim.publish({ from: 'alice', to: 'bob' });
  await sim.clock.advance(999);
  await expectNone(bob);
  await sim.clock.advance(1);
  await expectClient(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
});

test('a message lost to a fault is explained', async ({ sim }) => {
  const bob = await sim.connect('bob');
  sim.faults.set({ fault: 'drop-next', userId: 'bob', count: 1 });
  expect(await sim.publish({ from: 'alice', to: 'bob' })).toHaveDropped('bob', 'fault');
  expect(await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }))).toContain(
    'RC:TxtMsg from "alice": "bob" does not get it: lost to a fault that a test has set (B6.10).',
  );
});

test('the end of a test is not held up by its faults', async ({ sim }) => {
  await sim.connect('bob');
  sim.faults.set({ fault: 'half-open', userId: 'bob' });
  await sim.close();
  expect(sim.presence('bob').online).toBe(false);
});
