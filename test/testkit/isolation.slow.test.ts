import { createSimApp, expectClient, expectNone, type SimApp } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';

/** Two thousand clients connect at once, then a thousand more. */
const patient = { timeoutMs: 300_000 };

/** The same users do the same in each app, with content of its own; nothing else comes to anybody. */
async function play(sim: SimApp, content: object): Promise<void> {
  const [bob, carol] = await Promise.all([sim.connect('bob', patient), sim.connect('carol', patient)]);
  const report = await sim.publish({ from: 'carol', to: ['bob', 'dave'], content, includeSender: true });
  expect(report).toHaveDelivered('bob', 1);
  expect(report).toHaveDropped('dave', 'offline');
  expect(report).toHaveEchoed(1);
  await expectClient(bob).toHaveReceivedOnce({ content });
  await expectClient(carol).toHaveReceivedOnce({ type: 'echo', content });
  expect([bob.received.length, carol.received.length]).toEqual([1, 1]);
  await expectNone(await sim.connect('dave', patient));
}

test('B4.1 a thousand apps in one process at once know nothing of each other', async ({ simulator }) => {
  const apps = Array.from({ length: 1000 }, () => createSimApp(simulator));
  await Promise.all(apps.map((sim, number) => play(sim, { content: `of app ${number}` })));
  await Promise.all(apps.map((sim) => sim.close()));
});
