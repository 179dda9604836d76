import { connectClient } from '../../../client-sim/index.ts';
import { expect, test } from '../../../client-sim/testkit/vitest.ts';

test('leaves a client of sim.connect() open', async ({ sim }) => {
  await sim.connect('bob');
});

test('leaves a client of its own open', async ({ sim }) => {
  await connectClient(sim.wsUrl, { userId: 'bob' });
});

const quiet = test.extend({ assertQuiet: true });

quiet('looks at nothing', async ({ sim }) => {
  await sim.connect('bob');
  await sim.publish({ from: 'alice', to: 'bob' });
});

quiet('looks at all', async ({ sim }) => {
  const bob = await sim.connect('bob');
  await sim.publish({ from: 'alice', to: 'bob' });
  await expect(bob).toHaveReceived({ fromUserId: 'alice' });
});

quiet('fails, and looks at nothing', async ({ sim }) => {
  await sim.connect('bob');
  await sim.publish({ from: 'alice', to: 'bob' });
  throw new Error('the test’s own failure');
});
