import { describe, expect } from 'vitest';
import { it } from '../fixtures/raw-session.ts';
import { typing } from '../fixtures/simulator.ts';

/** With a simulator of its own. */
const alone = it.extend('options', {});

const halfOpen = { fault: 'half-open', userId: 'bob' } as const;
const freeze = { fault: 'freeze', userId: 'carol' } as const;

describe('a barrier', () => {
  it('B6.7 waits for no session that a fault keeps from confirming, and lists it', async ({
    simulator,
    connect,
  }) => {
    const [bob, carol] = [await connect('bob'), await connect('carol'), await connect('dave')];
    const app = simulator.app();
    app.faults.set(halfOpen);
    app.faults.set(freeze);
    await expect(app.settle(60_000)).resolves.toEqual({
      sessions: 1,
      unconfirmed: [
        { userId: 'bob', sessionId: bob.sessionId, why: 'the fault half-open lets nothing pass' },
        {
          userId: 'carol',
          sessionId: carol.sessionId,
          why: 'the fault freeze keeps the client from reading',
        },
      ],
    });
  });

  it('B6.7 is passed by everybody once the faults are removed', async ({ simulator, connect }) => {
    await Promise.all([connect('bob'), connect('carol'), connect('dave')]);
    const app = simulator.app();
    app.faults.set(halfOpen);
    app.faults.set(freeze);
    app.faults.remove();
    await expect(app.settle()).resolves.toEqual({ sessions: 3, unconfirmed: [] });
  });

  it('B6.7 fails for anybody else who does not confirm', async ({ simulator, connect, openRaw }) => {
    await connect('bob');
    await openRaw('erin', { autoPong: false });
    const app = simulator.app();
    app.faults.set(halfOpen);
    await expect(app.settle(20)).rejects.toMatchObject({
      code: 1050,
      message: 'Not confirmed within 20 ms, in sessions of "erin".',
    });
  });

  it('B6.7 lists a session that a fault has cut off while it waited', async ({ simulator, openRaw }) => {
    await openRaw('bob', { autoPong: false });
    const app = simulator.app();
    const settled = app.settle(20);
    app.faults.set(halfOpen);
    await expect(settled).resolves.toMatchObject({ sessions: 0, unconfirmed: [{ userId: 'bob' }] });
  });

  it('B6.7 over HTTP it answers 200, with who could not confirm', async ({ simulator, connect, send }) => {
    const bob = await connect('bob');
    simulator.app().faults.set(halfOpen);
    const { status, body } = await send('/sim/settle');
    const why = 'the fault half-open lets nothing pass';
    const unconfirmed = [{ userId: 'bob', sessionId: bob.sessionId, why }];
    expect({ status, body }).toEqual({ status: 200, body: { code: 200, sessions: 0, unconfirmed } });
  });

  it('B6.7 over HTTP it answers 1050 for anybody else', async ({ simulator, openRaw, postJson }) => {
    await openRaw('erin', { autoPong: false });
    simulator.app().faults.set(halfOpen);
    const answer = await postJson('/sim/settle', { timeoutMs: 20 });
    expect(answer).toMatchObject({ status: 504, body: { code: 1050 } });
  });
});

describe('an advance', () => {
  it('B6.7 does not wait for a session that a fault keeps from answering', async ({ simulator, openRaw }) => {
    // It would answer nothing anyway: asked, it would hold up the advance for a second.
    const pings: unknown[] = [];
    const bob = await openRaw('bob', { autoPong: false });
    bob.socket.on('ping', (data) => pings.push(data));
    const app = simulator.app();
    app.clock.freeze();
    app.faults.set({ fault: 'freeze', userId: 'bob' });
    await app.clock.advance(1);
    app.faults.remove();
    await bob.settle();
    expect(pings).toEqual([]);
  });
});

describe('a reset of the app', () => {
  it('B6.7 removes all faults', ({ simulator }) => {
    const app = simulator.app();
    app.faults.set(halfOpen);
    app.faults.set({ fault: 'lose-response' });
    app.reset();
    expect(app.faults.list()).toEqual([]);
  });

  it('B6.7 reaches those whom a fault had cut off', async ({ simulator, connect }) => {
    const [bob, carol] = [await connect('bob'), await connect('carol')];
    const app = simulator.app();
    app.faults.set(halfOpen);
    app.faults.set(freeze);
    app.reset();
    await expect(Promise.all([bob.closed, carol.closed])).resolves.toMatchObject([
      { code: 4011 },
      { code: 4011 },
    ]);
  });

  alone('B4.1 leaves the faults of another app', async ({ simulator }) => {
    const [app, other] = [simulator.app('one'), simulator.app('other')];
    app.faults.set(halfOpen);
    other.faults.set(freeze);
    app.reset();
    expect(other.faults.list()).toEqual([freeze]);
  });
});

alone(
  'B4.1 a fault does not touch the user of the same name in another app',
  async ({ simulator, connect }) => {
    const [ours, theirs] = [
      await connect({ userId: 'bob', appKey: 'one' }),
      await connect({ userId: 'bob', appKey: 'other' }),
    ];
    const { faults } = simulator.app('one');
    faults.set(halfOpen);
    for (const appKey of ['one', 'other']) simulator.publish(typing, { appKey });
    await theirs.settle();
    faults.remove();
    await ours.settle();
    expect([ours.received.length, theirs.received.length]).toEqual([0, 1]);
  },
);

alone('a simulator with cut off clients closes at once', async ({ simulator, connect }) => {
  await Promise.all([connect('bob'), connect('carol')]);
  const { faults } = simulator.app();
  faults.set(halfOpen);
  faults.set(freeze);
  await expect(simulator.close()).resolves.toBeUndefined();
});
