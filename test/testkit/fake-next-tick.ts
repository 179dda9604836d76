import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectClient, startTestSim } from '../../client-sim/testkit/index.ts';

test('starts, delivers and closes without ticks of the test’s own', async () => {
  const { nextTick } = process;
  const neverRun: unknown[] = [];
  const fake = (...tick: unknown[]) => void neverRun.push(tick);
  process.nextTick = fake;
  globalThis.queueMicrotask = fake;

  const sim = await startTestSim();
  const bob = await sim.connect('bob');
  await sim.publish({ from: 'alice', to: 'bob' });
  await expectClient(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
  await sim.close();

  assert.equal(process.nextTick, fake);
  process.nextTick = nextTick;
});
