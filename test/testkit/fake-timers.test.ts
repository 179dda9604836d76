import { afterEach, beforeEach, describe, vi } from 'vitest';
import { startTestSim } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';

/** All that vitest fakes when asked to; jest fakes these, and `nextTick`, by default. */
const toFake = ['Date', 'performance', 'queueMicrotask'] as const;
const timers = (['Timeout', 'Interval', 'Immediate'] as const).flatMap((name) => {
  return [`set${name}`, `clear${name}`] as const;
});

describe.for([
  ['by default', undefined],
  ['that leave nothing out', toFake],
] as const)('with fake timers %s', ([, fakes]) => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0, ...(fakes && { toFake: [...fakes, ...timers] }) });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('a message arrives, and one that does not is proven absent', async ({ sim }) => {
    const [bob, dave] = await Promise.all([sim.connect('bob'), sim.connect('dave')]);
    await sim.publish({ from: 'alice', to: ['bob', 'carol'] });
    expect(await bob.next()).toMatchObject({ fromUserId: 'alice' });
    await expect(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
    await expect(dave).toHaveReceivedNothing();
    await sim.settle();
  });

  test('a simulator starts and closes', async () => {
    const sim = await startTestSim();
    const bob = await sim.connect('bob');
    await sim.close();
    expect((await bob.closed).code).toBe(1001);
  });

  test('the fake clock and the app’s own leave each other alone', async ({ sim }) => {
    const before = sim.clock.read().now;
    expect(before).toBeGreaterThan(0);
    const bob = await sim.connect('bob');
    await vi.advanceTimersByTimeAsync(24 * 60 * 60 * 1000);
    await expect(bob).toHaveReceivedNothing();
    expect(sim.clock.read().now - before).toBeLessThan(60_000);
    await sim.clock.advance(60_000);
    expect(sim.presence('bob').online).toBe(true);
  });

  test('time limits of a client run in real time', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await expect(bob.next({ type: 'echo' }, { timeoutMs: 1 })).rejects.toThrow('within 1 ms');
  });

  test('the fakes are back when the kit is done', async () => {
    const { queueMicrotask } = globalThis;
    await Promise.all([startTestSim(), startTestSim()].map(async (sim) => (await sim).close()));
    expect(globalThis.queueMicrotask).toBe(queueMicrotask);
  });
});
