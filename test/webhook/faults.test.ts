import { describe, expect } from 'vitest';
import type { FaultSpec, Simulator } from '../../server/index.ts';
import { it as raw } from '../fixtures/raw-session.ts';
import { Receiver } from './receiver.ts';

const noon = Date.UTC(2026, 0, 1, 12);

const it = raw
  .extend('secret', '')
  .extend('receiver', async ({ secret }, { onCleanup }) => {
    const receiver = await Receiver.start(secret);
    onCleanup(() => receiver.close());
    return receiver;
  })
  .override('options', ({ receiver }) => ({ webhooks: [{ url: receiver.url }], seed: 'one' }))
  /** Brings users online, one after the other, on a clock that stands still, with faults; gives what is posted. */
  .extend('come', ({ simulator, openRaw }) => async (faults: FaultSpec[], ...userIds: string[]) => {
    const app = simulator.app();
    app.clock.freeze(noon);
    for (const fault of faults) app.faults.set(fault);
    for (const userId of userIds) await openRaw(userId);
  });

const usersOf = async (receiver: Receiver, count: number) =>
  (await receiver.received(count)).map(({ userid }) => userid);

const left = (simulator: Simulator) => simulator.app().faults.list();

describe('webhook-delay', () => {
  it('B8.8 an event of the user is late, by the clock of the app, and others overtake it', async ({
    simulator,
    receiver,
    come,
  }) => {
    await come([{ fault: 'webhook-delay', userId: 'bob', delayMs: 5000 }], 'bob', 'carol');
    const before = [...(await usersOf(receiver, 1))];
    await simulator.app().clock.advance(5000);
    expect([before, await usersOf(receiver, 2)]).toEqual([['carol'], ['carol', 'bob']]);
    expect(receiver.events.map(({ time }) => time)).toEqual([noon, noon]);
  });

  it('B8.8 when it is removed, what it holds goes on at once', async ({ simulator, receiver, come }) => {
    await come([{ fault: 'webhook-delay', delayMs: 5000, count: 2 }], 'bob', 'carol');
    const held = left(simulator);
    simulator.app().faults.remove();
    expect([held, await usersOf(receiver, 2)]).toEqual([
      [{ fault: 'webhook-delay', delayMs: 5000, count: 0 }],
      ['bob', 'carol'],
    ]);
  });

  it.for(['reset', 'close'] as const)(
    'B8.8 what it holds is posted when the app is %s',
    async (end, { simulator, receiver, come }) => {
      await come([{ fault: 'webhook-delay', delayMs: 5000 }], 'bob');
      simulator.app()[end]();
      const told = (await receiver.received(2)).map(({ status }) => status);
      expect(told.toSorted()).toEqual(['0', '1']);
    },
  );
});

describe('webhook-reorder', () => {
  it('B8.8 an event lets the next one go first', async ({ simulator, receiver, come }) => {
    await come([{ fault: 'webhook-reorder' }], 'bob', 'carol', 'dave');
    expect([await usersOf(receiver, 3), left(simulator)]).toEqual([['carol', 'bob', 'dave'], []]);
  });

  it('B8.8 an event of the user waits for the next one of that user', async ({
    simulator,
    receiver,
    come,
  }) => {
    await come([{ fault: 'webhook-reorder', userId: 'bob' }], 'bob', 'carol', 'bob');
    const users = await usersOf(receiver, 3);
    const [first, second] = simulator.presence('bob').sessions.map(({ sessionId }) => sessionId);
    expect([users, receiver.events.map(({ sessionId }) => sessionId).slice(1)]).toEqual([
      ['carol', 'bob', 'bob'],
      [second, first],
    ]);
  });

  it('B8.8 where no other event follows, it goes on after a second by the clock of the app', async ({
    simulator,
    receiver,
    come,
  }) => {
    await come([{ fault: 'webhook-reorder' }], 'bob');
    await simulator.app().clock.advance(999);
    const before = left(simulator);
    await simulator.app().clock.advance(1);
    expect([before, await usersOf(receiver, 1)]).toEqual([[{ fault: 'webhook-reorder', count: 0 }], ['bob']]);
  });
});

describe('webhook-repeat', () => {
  it('B8.8 an event of the user is posted twice, the second time alone', async ({ receiver, come }) => {
    await come([{ fault: 'webhook-repeat', userId: 'bob' }], 'alice', 'bob', 'bob');
    expect(await usersOf(receiver, 4)).toEqual(['alice', 'bob', 'bob', 'bob']);
    const [, first, again] = receiver.events.map(({ sessionId }) => sessionId);
    expect(again).toBe(first);
  });
});

describe('webhook-refuse', () => {
  it('B8.8 an event is refused, and posted again after a second by the clock of the app, before all others', async ({
    simulator,
    receiver,
    come,
  }) => {
    await come([{ fault: 'webhook-refuse', userId: 'bob' }], 'bob', 'carol');
    await new Promise(setImmediate);
    const before = receiver.deliveries.length;
    await simulator.app().clock.advance(1000);
    expect([before, await usersOf(receiver, 2), left(simulator)]).toEqual([0, ['bob', 'carol'], []]);
  });

  it('B8.8 with a probability and a seed, the same events are affected every time', async ({
    simulator,
    receiver,
    come,
  }) => {
    const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);
    const fault: FaultSpec = { fault: 'webhook-repeat', probability: 0.5 };
    const twice = async () => {
      const from = receiver.events.length;
      await come([fault], ...users, 'the last');
      while (!receiver.events.slice(from).some(({ userid }) => userid === 'the last'))
        await receiver.delivery();
      const heard = receiver.events
        .slice(from)
        .flatMap(({ userid, status }) => (status === '0' ? userid : []));
      return users.filter((user) => heard.filter((each) => each === user).length === 2);
    };
    const first = await twice();
    await simulator.app().reset();
    expect([await twice(), first.length > 0 && first.length < users.length]).toEqual([first, true]);
  });
});
