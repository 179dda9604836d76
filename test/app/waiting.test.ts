import { expect, it as plainIt } from 'vitest';
import { AppClock } from '../../server/clock/app-clock.ts';
import { Room } from '../../server/faults/fault.ts';
import { holdPublish } from '../../server/faults/publish-faults.ts';
import { collectGarbage } from '../fixtures/garbage.ts';
import { it as base } from '../fixtures/raw-session.ts';
import { typing } from '../fixtures/simulator.ts';

const mebibyte = 2 ** 20;

/** What is held in memory, once all garbage is gone. */
async function heldBytes(): Promise<number> {
  await collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const hooks = { before: async () => {}, after: async () => {} };
const it = base.extend('options', { recipientsPerMinute: Infinity });

it.for([
  { fault: 'delay', userId: 'bob', delayMs: 600_000 } as const,
  { fault: 'hold-arrival', userId: 'bob' } as const,
])(
  'B6.10 what the fault $fault holds back stays under 64 MiB, and the rest is dropped',
  async (fault, { simulator, connect }) => {
    await connect('bob');
    const app = simulator.app();
    app.clock.freeze();
    app.faults.set(fault);
    const before = await heldBytes();
    const content = '\u4f60'.repeat(40_000); // two bytes each in memory, three on the wire
    const outcomes = new Set<string>();
    for (let index = 0; index < 2000; index++) {
      const { report } = simulator.publish({
        ...typing,
        objectName: 'app:x',
        content: `${index} ${content}`,
      });
      const [row] = report.recipients;
      outcomes.add(row!.outcome === 'dropped' ? row!.reason : row!.outcome);
    }
    expect((await heldBytes()) - before).toBeLessThan(80 * mebibyte);
    expect([...outcomes]).toEqual(['delivered', 'backpressure']);
  },
);

it('B6.10 what is held back does not keep the request that it came with', async ({
  simulator,
  connect,
  publish,
}) => {
  await connect('bob');
  simulator.app().faults.set({ fault: 'hold-arrival', userId: 'bob' });
  const before = await heldBytes();
  const padding = 'x'.repeat(mebibyte);
  for (let index = 0; index < 50; index++) {
    const { status } = await publish({ content: JSON.stringify({ typingContentType: `${index}` }), padding });
    expect(status).toBe(200);
  }
  expect((await heldBytes()) - before).toBeLessThan(25 * mebibyte); // of 50
});

plainIt.for([
  ['10000 publishes', 1, 10_000],
  ['67108864 bytes', 16 * mebibyte, 4],
] as const)('B6.10 the fault hold-publish holds %s, and refuses more', async ([, bytes, count]) => {
  const fault = holdPublish(
    { fault: 'hold-publish', userId: 'alice' },
    {
      clock: new AppClock(hooks),
      room: new Room(),
      sessionsAt: () => [],
      isGone: () => false,
      breakOff() {},
      chance: () => 0,
    },
  );
  for (let index = 0; index < count; index++) void fault.hold!(bytes);
  await expect(fault.hold!(bytes)).rejects.toMatchObject({
    code: 1002,
    message:
      'The parameter fromUserId names a sender of whom the fault hold-publish holds too much: 10000 publishes at most, and 67108864 bytes of all that the faults of an app hold.',
  });
  fault.release!();
  await expect(Promise.race([fault.hold!(bytes), 'held'])).resolves.toBe('held');
});

plainIt('B6.8 timers that were cancelled are forgotten, even while the time stands still', async () => {
  const clock = new AppClock(hooks);
  clock.freeze();
  const before = await heldBytes();
  for (let index = 0; index < 200_000; index++) clock.after(1000 + index, () => {})();
  expect((await heldBytes()) - before).toBeLessThan(mebibyte);
  expect(clock.read().nextTimerAt).toBeUndefined();
});

it('B6.7 barriers of the same turn ask once: two thousand of them close nobody who answers', async ({
  simulator,
  connect,
}) => {
  await connect('bob');
  const barriers = Array.from({ length: 2000 }, () => simulator.app().settle(60_000));
  expect(new Set((await Promise.all(barriers)).map(({ sessions }) => sessions))).toEqual(new Set([1]));
});

it('B6.7 a client that a thousand barriers have asked in vain is closed with 4008', async ({
  simulator,
  openRaw,
}) => {
  const bob = await openRaw('bob', { autoPong: false });
  const app = simulator.app();
  const barriers: Promise<unknown>[] = [];
  let isOpen = true;
  void bob.closed.then(() => {
    isOpen = false;
  });
  while (isOpen) {
    barriers.push(app.settle(60_000));
    await new Promise(setImmediate);
  }
  await expect(bob.closed).resolves.toBe(4008);
  expect((await Promise.all(barriers)).length).toBeGreaterThan(1000);
});
