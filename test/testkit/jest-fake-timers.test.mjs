import { afterEach, expect, jest, test } from '@jest/globals';
import { StatusPublisher } from 'status-sim/client';
import { matchers, startTestSim } from 'status-sim/testkit';

// Run by .ci/try-package, in a project that has jest. Its default fakes `nextTick` and `queueMicrotask`, too.
expect.extend(matchers);

afterEach(() => {
  jest.useRealTimers();
});

test('the kit starts, delivers and closes under fake timers', async () => {
  jest.useFakeTimers();
  const sim = await startTestSim();
  const bob = await sim.connect('bob');
  await sim.publish({ from: 'alice', to: 'bob' });
  await expect(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
  await new StatusPublisher(sim).publish({
    fromUserId: 'carol',
    toUserId: 'bob',
    objectName: 'my:ping',
    content: 'x',
  });
  await expect(bob).toHaveReceivedOnce({ fromUserId: 'carol' });
  await sim.close();
  expect(jest.getTimerCount()).toBe(0);
});

test('the kit closes under fake timers that came after its start', async () => {
  const sim = await startTestSim();
  await sim.connect('bob');
  jest.useFakeTimers();
  await sim.close();
});
