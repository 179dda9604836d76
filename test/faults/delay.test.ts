import { describe, expect, it as plainIt } from 'vitest';
import { AppClock } from '../../server/clock/app-clock.ts';
import { Room, type Stage } from '../../server/faults/fault.ts';
import { holdMessages } from '../../server/faults/message-faults.ts';
import type { Session } from '../../server/presence/session.ts';
import { limits } from '../../server/protocol/limits.ts';
import { idleConnection } from '../fixtures/idle-connection.ts';
import { it as base, typing } from '../fixtures/simulator.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const bobsSession: Session = {
  id: 'session',
  userId: 'bob',
  platform: undefined,
  openedAt: noon,
  connection: idleConnection,
};

/** A delay of 500 ms on a clock that stands at noon, and what has left. */
function delaying() {
  const clock = new AppClock({ before: async () => {}, after: async () => {} });
  clock.freeze(noon);
  const stage: Stage = {
    clock,
    room: new Room(),
    sessionsAt: () => [],
    isGone: () => false,
    breakOff() {},
    chance: () => 0,
  };
  const fault = holdMessages({ fault: 'delay', userId: 'bob', delayMs: 500 }, stage);
  const left: string[] = [];
  const send = (what: string) => {
    fault.holdBack!(bobsSession, 1, () => left.push(`${what} at ${clock.now() - noon}`));
  };
  return { clock, stage, delay: fault, left, send };
}

describe('a delay of 500 ms', () => {
  plainIt('B6.10 delay: what has gone on makes room for more', async () => {
    const { clock, stage, delay } = delaying();
    stage.room.bytes = limits.heldBytes - 1;
    const hold = () => delay.holdBack!(bobsSession, 1, () => {});
    const held = [hold(), hold()];
    await clock.advance(500);
    expect([...held, hold()]).toEqual([undefined, 'backpressure', undefined]);
  });

  plainIt('B6.2 delay: an explanation foresees what there is no room for', () => {
    const { stage, delay } = delaying();
    const { holdBack } = delay.rehearse!({ ...stage, room: new Room(limits.heldBytes - 1) });
    const foreseen = ['fits', 'does not'].map(() => holdBack!(bobsSession, 1, () => {}));
    expect(foreseen).toEqual([undefined, 'backpressure']);
  });

  plainIt('B6.10 delay: each message leaves at its own time', async () => {
    const { clock, left, send } = delaying();
    send('first');
    await clock.advance(200);
    send('second');
    await clock.advance(10_000);
    expect(left).toEqual(['first at 500', 'second at 700']);
  });

  plainIt('B6.10 delay: messages of one instant leave in their order', async () => {
    const { clock, left, send } = delaying();
    for (const what of ['first', 'second', 'third']) send(what);
    await clock.advance(500);
    expect(left).toEqual(['first at 500', 'second at 500', 'third at 500']);
  });

  plainIt('B6.10 delay: no message overtakes another, even if the clock is set back', async () => {
    const { clock, left, send } = delaying();
    send('first');
    clock.freeze(noon - 3600_000);
    send('second');
    await clock.advance(500);
    expect(left.map((each) => each.split(' ')[0])).toEqual(['first', 'second']);
  });

  plainIt('B6.10 delay: what is under way when it is removed leaves at once, in order', () => {
    const { delay, left, send } = delaying();
    send('first');
    send('second');
    delay.end!();
    expect(left).toEqual(['first at 0', 'second at 0']);
  });

  plainIt('B6.10 delay: what has left leaves no timer behind', () => {
    const { clock, delay, send } = delaying();
    send('only');
    delay.end!();
    expect(clock.read().nextTimerAt).toBeUndefined();
  });

  plainIt('B6.10 delay: nothing is under way any more once all has left', async () => {
    const { clock, delay, send } = delaying();
    send('only');
    const before = delay.underWay!(bobsSession);
    await clock.advance(500);
    expect([before, delay.underWay!(bobsSession)]).toEqual([expect.any(Promise), undefined]);
  });
});

const delayBob = { fault: 'delay', userId: 'bob', delayMs: 500 } as const;

describe('a client with a clock that is frozen', () => {
  const it = base.extend('app', ({ simulator }) => {
    const app = simulator.app();
    app.clock.freeze(noon);
    return app;
  });

  it('B6.10 delay: the report says delivered, and the client sees it when the time has come', async ({
    simulator,
    app,
    connect,
  }) => {
    const bob = await connect('bob');
    app.faults.set(delayBob);
    const { report } = simulator.publish(typing);
    await app.clock.advance(499);
    await bob.settle();
    const before = bob.received.length;
    await app.clock.advance(1);
    expect([report.recipients, before, bob.received.length]).toMatchObject([
      [{ outcome: 'delivered' }],
      0,
      1,
    ]);
  });

  it('B6.10 delay: others get the message at once', async ({ simulator, app, connect }) => {
    const [bob, carol] = [await connect('bob'), await connect('carol')];
    app.faults.set(delayBob);
    simulator.publish({ ...typing, toUserId: ['bob', 'carol'] });
    await Promise.all([bob.settle(), carol.settle()]);
    expect([bob.received.length, carol.received.length]).toEqual([0, 1]);
  });

  it('B6.10 delay: a session opened later has it, too, and nothing from before', async ({
    simulator,
    app,
    connect,
  }) => {
    await connect('bob');
    app.faults.set(delayBob);
    simulator.publish({ ...typing, objectName: 'app:mood', content: 'before' });
    const later = await connect('bob');
    simulator.publish({ ...typing, objectName: 'app:mood', content: 'after' });
    await later.settle();
    const atOnce = later.received.length;
    await app.clock.advance(500);
    expect([atOnce, later.received.map(({ content }) => content)]).toEqual([0, ['after']]);
  });

  it('B6.10 delay: the echo of a sender is held back, too', async ({ simulator, app, connect }) => {
    const alice = await connect('alice');
    app.faults.set({ ...delayBob, userId: 'alice' });
    simulator.publish({ ...typing, isIncludeSender: 1 });
    await alice.settle();
    const before = alice.received.length;
    await app.clock.advance(500);
    expect([before, alice.received]).toMatchObject([0, [{ type: 'echo' }]]);
  });

  it('B6.10 delay: a barrier lists what is under way, and does not wait for it', async ({
    simulator,
    app,
    connect,
  }) => {
    const bob = await connect('bob');
    await connect('carol');
    app.faults.set(delayBob);
    simulator.publish(typing);
    await expect(app.settle()).resolves.toEqual({
      sessions: 1,
      unconfirmed: [
        {
          userId: 'bob',
          sessionId: bob.sessionId,
          why: 'the fault delay holds it back for 500 ms, and the clock is frozen',
        },
      ],
    });
  });

  it('B6.10 delay: a barrier lists nobody once all has arrived', async ({ simulator, app, connect }) => {
    await connect('bob');
    app.faults.set(delayBob);
    simulator.publish(typing);
    await app.clock.advance(500);
    await expect(app.settle()).resolves.toEqual({ sessions: 1, unconfirmed: [] });
  });

  it('B1.10 what comes after the fault does not overtake what was under way', async ({
    simulator,
    app,
    connect,
  }) => {
    const bob = await connect('bob');
    app.faults.set(delayBob);
    simulator.publish({ ...typing, objectName: 'app:mood', content: 'first' });
    app.faults.remove();
    simulator.publish({ ...typing, objectName: 'app:mood', content: 'second' });
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(['first', 'second']);
  });
});

describe('a client with a clock that runs', () => {
  base('B6.10 delay: a barrier waits for what is under way', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    const app = simulator.app();
    app.faults.set({ ...delayBob, delayMs: 30 });
    simulator.publish(typing);
    const settled = await app.settle();
    expect([settled, bob.received.length]).toEqual([{ sessions: 1, unconfirmed: [] }, 1]);
  });

  base(
    'B6.10 delay: a barrier fails for what does not arrive in its time',
    async ({ simulator, connect }) => {
      await connect('bob');
      const app = simulator.app();
      app.faults.set({ ...delayBob, delayMs: 600_000 });
      simulator.publish(typing);
      await expect(app.settle(20)).rejects.toMatchObject({
        code: 1050,
        message: expect.stringContaining('"bob"'),
      });
    },
  );
});
