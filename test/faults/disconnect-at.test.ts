import { expect } from 'vitest';
import { it, typing } from '../fixtures/simulator.ts';

const everybody = ['bob', 'carol', 'dave'];
const toAll = { ...typing, toUserId: everybody };
const disconnectAt = (userId: string, recipient: number) => {
  return { fault: 'disconnect-at', userId, recipient } as const;
};

it('B6.10 disconnect-at: a user whose turn is still to come gets nothing', async ({ simulator, connect }) => {
  const [bob, carol, dave] = await Promise.all(everybody.map((userId) => connect(userId)));
  simulator.app().faults.set(disconnectAt('carol', 2));
  const { report } = simulator.publish(toAll);
  await Promise.all([bob!.settle(), carol!.closed, dave!.settle()]);
  expect(report.recipients).toMatchObject([
    { userId: 'bob', outcome: 'delivered' },
    { userId: 'carol', outcome: 'dropped', reason: 'offline' },
    { userId: 'dave', outcome: 'delivered' },
  ]);
  expect([bob, carol, dave].map((client) => client!.received.length)).toEqual([1, 0, 1]);
});

it('B6.10 disconnect-at: a user whose turn has been loses it with the connection, as the report says', async ({
  simulator,
  connect,
}) => {
  const [bob, carol] = await Promise.all(everybody.map((userId) => connect(userId)));
  simulator.app().faults.set(disconnectAt('bob', 2));
  const { report } = simulator.publish(toAll);
  await carol!.settle();
  expect(report.recipients[0]).toMatchObject({ userId: 'bob', outcome: 'dropped', reason: 'fault' });
  await expect(bob!.closed).resolves.toMatchObject({ code: 1006 });
  expect(bob!.received).toEqual([]);
});

it('B6.10 disconnect-at: a fan-out with fewer recipients does not set it off', async ({
  simulator,
  connect,
}) => {
  const bob = await connect('bob');
  const { faults } = simulator.app();
  faults.set(disconnectAt('bob', 3));
  simulator.publish({ ...typing, toUserId: ['bob', 'carol'], isIncludeSender: 1 });
  await bob.settle();
  expect([bob.received.length, faults.list()]).toEqual([1, [disconnectAt('bob', 3)]]);
});

it('B6.10 disconnect-at: it happens once', async ({ simulator, connect }) => {
  await connect('bob');
  const { faults } = simulator.app();
  faults.set(disconnectAt('bob', 1));
  simulator.publish(typing);
  const again = await connect('bob');
  simulator.publish(typing);
  await again.settle();
  expect([again.received.length, faults.list()]).toEqual([1, []]);
});

it('B6.10 disconnect-at: the user need not be a recipient', async ({ simulator, connect }) => {
  const alice = await connect('alice');
  await connect('bob');
  simulator.app().faults.set(disconnectAt('alice', 1));
  const { report } = simulator.publish({ ...typing, isIncludeSender: 1 });
  await alice.closed;
  expect(report).toMatchObject({
    recipients: [{ outcome: 'delivered' }],
    echo: { outcome: 'sender-offline' },
  });
});

it('B6.10 disconnect-at: a listener that publishes on hearing of it does not set it off again', async ({
  simulator,
  connect,
}) => {
  await connect('bob');
  const app = simulator.app();
  app.faults.set(disconnectAt('bob', 1));
  const reports: unknown[] = [];
  app.listen((event) => {
    if (event.event === 'session') reports.push(simulator.publish(typing).report.recipients[0]);
  });
  simulator.publish(typing);
  expect(reports).toMatchObject([{ reason: 'offline' }]);
});

it('B6.10 disconnect-at: the explanation names the fault', async ({ simulator, connect, postJson }) => {
  await connect('carol');
  simulator.app().faults.set(disconnectAt('carol', 2));
  const { body } = await postJson('/sim/publish', toAll);
  expect(body.explanations[1]).toBe(
    '"carol" does not get it: offline at this moment, and nothing is kept for later (B1.2); the fault disconnect-at resets the connection at recipient 2 (B6.10).',
  );
});

it('B6.10 disconnect-at: an explanation does not name it when the fan-out is too short', async ({
  simulator,
  connect,
  postJson,
}) => {
  await connect('bob');
  simulator.app().faults.set(disconnectAt('bob', 2));
  const { body } = await postJson('/sim/explain', typing);
  expect(body.explanations[0]).toBe('"bob" gets it: online with 1 session (B1.3).');
});

it('B6.10 disconnect-at: an explanation foresees it, and nothing happens', async ({
  simulator,
  connect,
  postJson,
}) => {
  const [bob, carol] = [await connect('bob'), await connect('carol')];
  simulator.app().faults.set(disconnectAt('carol', 2));
  const { body } = await postJson('/sim/explain', toAll);
  await Promise.all([bob.settle(), carol.settle()]);
  expect(body.report.recipients).toMatchObject([
    { outcome: 'delivered' },
    { reason: 'offline' },
    { reason: 'offline' },
  ]);
});

it('B6.10 disconnect-at: a half-open user is reset, too, and gets nothing any more', async ({
  simulator,
  connect,
}) => {
  await connect('bob');
  const { faults } = simulator.app();
  faults.set({ fault: 'half-open', userId: 'bob' });
  faults.set(disconnectAt('bob', 1));
  expect(simulator.publish(typing).report.recipients).toMatchObject([{ reason: 'offline' }]);
});
