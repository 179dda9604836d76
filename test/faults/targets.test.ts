import { describe, expect } from 'vitest';
import type { Simulator } from '../../server/index.ts';
import { it as base, typing } from '../fixtures/simulator.ts';

const it = base
  /** Bob on a phone and in a browser. */
  .extend('bobs', async ({ connect }) => ({
    ios: await connect({ userId: 'bob', platform: 'ios' }),
    web: await connect({ userId: 'bob', platform: 'web' }),
  }));

const rowOf = (simulator: Simulator) => simulator.publish(typing).report.recipients[0];

describe('a fault with a platform', () => {
  it('B6.10 drop-next: loses messages to sessions on it, and the others get them', async ({
    simulator,
    bobs,
  }) => {
    simulator.app().faults.set({ fault: 'drop-next', userId: 'bob', platform: 'ios', count: 1 });
    const rows = [rowOf(simulator), rowOf(simulator)];
    await Promise.all([bobs.ios.settle(), bobs.web.settle()]);
    expect(rows).toMatchObject([{ sessions: 1 }, { sessions: 2 }]);
    expect([bobs.ios.received.length, bobs.web.received.length]).toEqual([1, 2]);
  });

  it('B6.10 drop-next: counts no message that no session on it would have got', async ({
    simulator,
    bobs,
  }) => {
    const fault = { fault: 'drop-next', userId: 'bob', platform: 'desktop', count: 1 } as const;
    const { faults } = simulator.app();
    faults.set(fault);
    rowOf(simulator);
    await bobs.ios.settle();
    expect([bobs.ios.received.length, faults.list()]).toEqual([1, [fault]]);
  });

  it('B6.10 reset: ends sessions on it alone', async ({ simulator, bobs }) => {
    simulator.app().faults.set({ fault: 'reset', userId: 'bob', platform: 'ios' });
    await bobs.ios.closed;
    const { sessions } = simulator.presence('bob');
    expect(sessions.map(({ platform }) => platform)).toEqual(['web']);
  });

  it('B6.10 disconnect-at: resets sessions on it alone', async ({ simulator, bobs }) => {
    simulator.app().faults.set({ fault: 'disconnect-at', userId: 'bob', platform: 'web', recipient: 1 });
    expect(rowOf(simulator)).toMatchObject({ outcome: 'delivered', sessions: 1 });
    await expect(bobs.web.closed).resolves.toMatchObject({ code: 1006 });
    await bobs.ios.settle();
    expect(bobs.ios.received).toHaveLength(1);
  });

  it.for(['half-open', 'freeze'] as const)(
    'B6.7 %s: settle waits for the other sessions, and says which it could not',
    async (fault, { simulator, bobs }) => {
      const app = simulator.app();
      app.faults.set({ fault, userId: 'bob', platform: 'ios' });
      await expect(app.settle()).resolves.toMatchObject({
        sessions: 1,
        unconfirmed: [
          { sessionId: bobs.ios.sessionId, why: expect.stringMatching(`^the fault ${fault} on ios `) },
        ],
      });
    },
  );

  it('B6.10 delay: holds messages to sessions on it alone', async ({ simulator, bobs }) => {
    const app = simulator.app();
    app.clock.freeze();
    app.faults.set({ fault: 'delay', userId: 'bob', platform: 'ios', delayMs: 500 });
    rowOf(simulator);
    await Promise.all([bobs.ios.settle(), bobs.web.settle()]);
    const before = bobs.ios.received.length;
    await app.clock.advance(500);
    await bobs.ios.settle();
    expect([before, bobs.ios.received.length, bobs.web.received.length]).toEqual([0, 1, 1]);
  });

  it('B6.10 an explanation says at which sessions the fault is aimed', async ({
    simulator,
    bobs: _,
    postJson,
  }) => {
    simulator.app().faults.set({ fault: 'drop-next', userId: 'bob', platform: 'ios', count: 1 });
    const { body } = await postJson('/sim/explain', typing);
    expect(body.explanations[0]).toBe(
      '"bob" gets it: online with 1 session (B1.3); the fault drop-next on ios loses it (B6.10).',
    );
  });
});

describe('a fault with a sessionId', () => {
  it.for([{ platform: 'desktop' } as const, { sessionId: 'none' }])(
    'B6.10 no explanation names a fault at %o, of whom the user has no session',
    async (at, { simulator, bobs: _, postJson }) => {
      simulator.app().faults.set({ fault: 'drop-next', userId: 'bob', ...at, count: 1 });
      const { body } = await postJson('/sim/explain', typing);
      expect(body.explanations[0]).toBe('"bob" gets it: online with 2 sessions (B1.3).');
    },
  );

  it('B6.10 hold-arrival: holds messages to that session until they are released', async ({
    simulator,
    bobs,
    postJson,
  }) => {
    const { sessionId } = bobs.web;
    simulator.app().faults.set({ fault: 'hold-arrival', userId: 'bob', sessionId });
    rowOf(simulator);
    await Promise.all([bobs.ios.settle(), bobs.web.settle()]);
    const before = [bobs.ios.received.length, bobs.web.received.length];
    const released = await Promise.all(
      [{ platform: 'ios' }, { sessionId }].map(async (which) => (await postJson('/sim/release', which)).body),
    );
    await bobs.web.settle();
    expect([before, bobs.web.received.length]).toEqual([[1, 0], 1]);
    expect(released).toMatchObject([{ released: 0 }, { released: 1 }]);
  });

  it('B6.10 the echo to that session is lost, and the others get it', async ({ simulator, connect }) => {
    const [first, second] = [await connect('alice'), await connect('alice')];
    const { sessionId } = first;
    simulator.app().faults.set({ fault: 'drop-next', userId: 'alice', sessionId, count: 1 });
    const { report } = simulator.publish({ ...typing, isIncludeSender: 1 });
    await Promise.all([first.settle(), second.settle()]);
    expect(report.echo).toEqual({ outcome: 'echoed', sessions: 1 });
    expect([first.received.length, second.received.length]).toEqual([0, 1]);
  });
});

it('B6.10 faults of one name stand side by side when they are aimed at different sessions', ({
  simulator,
}) => {
  const { faults } = simulator.app();
  const all = [{}, { platform: 'ios' }, { platform: 'web' }, { sessionId: 'one' }] as const;
  for (const aim of all) faults.set({ fault: 'drop-next', userId: 'bob', ...aim, count: 1 });
  faults.set({ fault: 'drop-next', userId: 'bob', platform: 'ios', count: 7 });
  const left = faults.list().map((each) => ('count' in each ? each.count : undefined));
  expect([left, faults.remove({ platform: 'ios' }), faults.remove({ userId: 'bob' })]).toEqual([
    [1, 7, 1, 1],
    1,
    3,
  ]);
});
