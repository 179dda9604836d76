import { describe, expect } from 'vitest';
import type { Simulator } from '../../server/index.ts';
import { frameWriters } from '../fixtures/frame-writers.ts';
import { it as base } from '../fixtures/simulator.ts';

const freeze = { fault: 'freeze', userId: 'bob' } as const;

/** Publishes to bob and carol; returns the outcomes for the two. */
function publishToBoth(simulator: Simulator, content: string): unknown[] {
  const message = { fromUserId: 'alice', toUserId: ['bob', 'carol'], objectName: 'app:mood', content };
  const { recipients } = simulator.publish(message).report;
  return recipients.map((row) => (row.outcome === 'delivered' ? 'delivered' : row.reason));
}

const it = base.extend('options', { backlogBytes: 10_000, slowDrops: 3 });

describe.each(frameWriters)('with $frames frames', ({ plainFrames }) => {
  it.override('plainFrames', plainFrames);

  describe('a frozen client', () => {
    it('B6.10 freeze: the backlog grows to its budget, and then messages are dropped', async ({
      simulator,
      connect,
    }) => {
      const bob = await connect('bob');
      const carol = await connect('carol');
      const { faults } = simulator.app();
      faults.set(freeze);
      const contents = ['1', '2', '3', '4'].map((digit) => digit.repeat(4000));
      const outcomes = contents.map((content) => publishToBoth(simulator, content));
      await carol.settle();
      faults.remove();
      await bob.settle();
      expect(outcomes).toEqual([
        ['delivered', 'delivered'],
        ['delivered', 'delivered'],
        ['delivered', 'delivered'],
        ['backpressure', 'delivered'],
      ]);
      expect([bob, carol].map(({ received }) => received.map(({ content }) => content[0]))).toEqual([
        ['1', '2', '3'],
        ['1', '2', '3', '4'],
      ]);
    });

    it('B6.10 freeze: nothing reaches the client until it is removed', async ({ simulator, connect }) => {
      const bob = await connect('bob');
      const carol = await connect('carol');
      const { faults } = simulator.app();
      faults.set(freeze);
      publishToBoth(simulator, 'fine');
      await carol.settle(); // over the same loopback, so bob's would have arrived, too
      const before = bob.received.length;
      faults.remove();
      await bob.settle();
      expect([before, bob.received.length]).toEqual([0, 1]);
    });

    it('B6.10 freeze: the client is heard, although it does not hear', async ({ simulator, connect }) => {
      const bob = await connect('bob');
      const carol = await connect('carol');
      const { faults } = simulator.app();
      faults.set(freeze);
      const published = bob.publish({ toUserId: 'carol', objectName: 'app:mood', content: 'stuck' });
      await expect(carol.next()).resolves.toMatchObject({ fromUserId: 'bob', content: 'stuck' });
      faults.remove();
      await expect(published).resolves.toHaveLength(1);
    });

    it('B1.12 a frozen client that is closed as too slow gets to see that', async ({
      simulator,
      connect,
    }) => {
      const bob = await connect('bob');
      simulator.app().faults.set(freeze);
      const contents = ['1', '2', '3', '4', '5', '6'].map((digit) => digit.repeat(4000));
      for (const content of contents) publishToBoth(simulator, content);
      await expect(bob.closed).resolves.toMatchObject({ code: 4008 });
      expect(bob.received).toHaveLength(3);
    });

    it('B5.7 a frozen client answers no ping, so it is taken for dead at the exact tick', async ({
      simulator,
      connect,
    }) => {
      const app = simulator.app();
      app.clock.freeze(0);
      await connect('bob');
      const closings: unknown[] = [];
      app.listen((event) => closings.push(event));
      app.faults.set(freeze);
      await app.clock.advance(29_999);
      expect(closings).toEqual([]);
      await app.clock.advance(1);
      expect(closings).toMatchObject([{ state: 'closed', userId: 'bob', code: 1006, at: 30_000 }]);
    });

    it('B6.10 a client that is frozen and half-open needs both faults to end', async ({
      simulator,
      connect,
    }) => {
      const bob = await connect('bob');
      const app = simulator.app();
      app.faults.set(freeze);
      app.faults.set({ fault: 'half-open', userId: 'bob' });
      app.faults.remove({ fault: 'half-open' });
      publishToBoth(simulator, 'fine');
      const { unconfirmed } = await app.settle();
      app.faults.remove();
      await bob.settle();
      expect([unconfirmed, bob.received]).toMatchObject([[{ userId: 'bob' }], [{ content: 'fine' }]]);
    });
  });
});
