import { expect } from 'vitest';
import type { Simulator } from '../../server/index.ts';
import { it, typing } from '../fixtures/simulator.ts';

const dropNext = (count: number) => ({ fault: 'drop-next', userId: 'bob', count }) as const;

function outcomes(simulator: Simulator, times: number): unknown[] {
  return Array.from({ length: times }, (_, index) => {
    const [row] = simulator.publish({ ...typing, objectName: 'app:mood', content: `${index}` }).report
      .recipients;
    return row!.outcome === 'delivered' ? 'delivered' : row!.reason;
  });
}

it('B6.10 drop-next: the next messages are lost, and then all arrive', async ({ simulator, connect }) => {
  const bob = await connect('bob');
  simulator.app().faults.set(dropNext(2));
  const seen = outcomes(simulator, 4);
  await bob.settle();
  expect(seen).toEqual(['fault', 'fault', 'delivered', 'delivered']);
  expect(bob.received.map(({ content }) => content)).toEqual(['2', '3']);
});

it('B6.10 drop-next: a message to several sessions is one message', async ({ simulator, connect }) => {
  const sessions = [await connect('bob'), await connect('bob')];
  simulator.app().faults.set(dropNext(1));
  const seen = outcomes(simulator, 2);
  await Promise.all(sessions.map((session) => session.settle()));
  expect(seen).toEqual(['fault', 'delivered']);
  expect(sessions.map(({ received }) => received.map(({ content }) => content))).toEqual([['1'], ['1']]);
});

it('B6.10 drop-next: others get the message all the same', async ({ simulator, connect }) => {
  const [bob, carol] = [await connect('bob'), await connect('carol')];
  simulator.app().faults.set(dropNext(1));
  const { report } = simulator.publish({ ...typing, toUserId: ['bob', 'carol'] });
  await Promise.all([bob.settle(), carol.settle()]);
  expect([bob.received.length, carol.received.length]).toEqual([0, 1]);
  expect(report.recipients).toMatchObject([{ reason: 'fault' }, { outcome: 'delivered' }]);
});

it('B6.10 drop-next: what would not go anywhere is not counted', async ({ simulator }) => {
  const { faults } = simulator.app();
  faults.set(dropNext(2));
  const seen = outcomes(simulator, 1);
  expect([seen, faults.list()]).toEqual([['offline'], [dropNext(2)]]);
});

it('B6.10 drop-next: the list says how many are left, and then nothing', async ({ simulator, connect }) => {
  await connect('bob');
  const { faults } = simulator.app();
  const lists = [faults.set(dropNext(2))];
  for (let times = 0; times < 2; times++) {
    outcomes(simulator, 1);
    lists.push(faults.list());
  }
  expect(lists).toEqual([[dropNext(2)], [dropNext(1)], []]);
});

it('B6.10 drop-next: the echo of a sender is a message, too', async ({ simulator, connect }) => {
  const [alice, bob] = [await connect('alice'), await connect('bob')];
  simulator.app().faults.set({ fault: 'drop-next', userId: 'alice', count: 1 });
  const { report } = simulator.publish({ ...typing, isIncludeSender: 1 });
  await Promise.all([alice.settle(), bob.settle()]);
  expect([report.echo, alice.received.length, bob.received.length]).toEqual([{ outcome: 'fault' }, 0, 1]);
});

it('B6.10 drop-next: the explanation names the fault', async ({ connect, simulator, postJson }) => {
  await connect('bob');
  simulator.app().faults.set(dropNext(1));
  const { body } = await postJson('/sim/publish', typing);
  expect(body.explanations[0]).toBe(
    '"bob" does not get it: lost to a fault that a test has set (B6.10); the fault drop-next loses it (B6.10).',
  );
});

it('B6.10 drop-next: an explanation does not name it for who is offline', async ({ simulator, postJson }) => {
  simulator.app().faults.set(dropNext(1));
  const { body } = await postJson('/sim/publish', typing);
  expect(body.explanations[0]).toBe(
    '"bob" does not get it: offline at this moment, and nothing is kept for later (B1.2).',
  );
});

it('B6.10 drop-next: an explanation foresees it, and does not count', async ({
  connect,
  simulator,
  postJson,
}) => {
  await connect('bob');
  const { faults } = simulator.app();
  faults.set(dropNext(1));
  const { body } = await postJson('/sim/explain', typing);
  expect([body.report.recipients, faults.list()]).toMatchObject([[{ reason: 'fault' }], [dropNext(1)]]);
});
