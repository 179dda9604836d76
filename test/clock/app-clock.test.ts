import { describe, expect, it, vi } from 'vitest';
import { AppClock } from '../../server/clock/app-clock.ts';

const start = 1_795_000_000_000;
const day = 24 * 3_600_000;

/** A clock that stands still at `start`, and all that happened, with the milliseconds since. */
function frozenClock() {
  const log: string[] = [];
  const hooks = {
    before: async () => void log.push('asked who is alive'),
    after: async () => void log.push('waited for the effects'),
  };
  const clock = new AppClock(hooks);
  clock.freeze(start);
  const note = (what: string) => log.push(`${what} at ${clock.now() - start}`);
  const set = (name: string, delayMs: number) => clock.after(delayMs, () => note(name));
  /** What the timers did. */
  const fired = () => log.filter((line) => / at \d+$/.test(line));
  return { clock, log, note, set, fired };
}

const rows: { title: string; timers: Record<string, number>; steps: number[]; fired: string[] }[] = [
  { title: 'nothing fires before its time', timers: { a: 5 }, steps: [4], fired: [] },
  { title: 'a timer fires at its instant', timers: { a: 5 }, steps: [5], fired: ['a at 5'] },
  { title: 'a timer fires once', timers: { a: 5 }, steps: [5, 5, 5], fired: ['a at 5'] },
  {
    title: 'a leap fires each at its own instant',
    timers: { a: 5, b: 7 },
    steps: [100],
    fired: ['a at 5', 'b at 7'],
  },
  {
    title: 'timers fire in order of time',
    timers: { a: 7, b: 5, c: 6 },
    steps: [7],
    fired: ['b at 5', 'c at 6', 'a at 7'],
  },
  {
    title: 'those of one instant fire in the order in which they were set',
    timers: { b: 5, a: 5, c: 5 },
    steps: [5],
    fired: ['b at 5', 'a at 5', 'c at 5'],
  },
  { title: 'steps add up', timers: { a: 5, b: 6 }, steps: [3, 2, 1], fired: ['a at 5', 'b at 6'] },
  {
    title: 'a timer without a delay waits for an advance, be it by nothing',
    timers: { a: 0 },
    steps: [0],
    fired: ['a at 0'],
  },
];

it.for(rows)('$title', async ({ timers, steps, fired: expected }) => {
  const { clock, set, fired } = frozenClock();
  for (const [name, delayMs] of Object.entries(timers)) set(name, delayMs);
  for (const ms of steps) await clock.advance(ms);
  expect(fired()).toEqual(expected);
});

it('each step of a test does what its name says', async () => {
  const { clock, set } = frozenClock();
  set('a', 25);
  expect([
    await clock.steer({ action: 'advance', ms: 10 }),
    await clock.steer({ action: 'next' }),
    (await clock.steer({ action: 'resume' })).frozen,
    await clock.steer({ action: 'freeze', at: start }),
  ]).toEqual([
    { now: start + 10, frozen: true, nextTimerAt: start + 25 },
    { now: start + 25, frozen: true },
    false,
    { now: start, frozen: true },
  ]);
});

describe('an advance', () => {
  it('ends where it was meant to', async () => {
    const { clock, set } = frozenClock();
    set('a', 3);
    await expect(clock.advance(10)).resolves.toEqual({ now: start + 10, frozen: true });
  });

  it('fires what its timers set, if it is due on the way', async () => {
    const { clock, set, fired } = frozenClock();
    clock.after(5, () => {
      set('soon', 2);
      set('later', 50);
    });
    await clock.advance(10);
    expect(fired()).toEqual(['soon at 7']);
  });

  it('goes round with a timer that sets itself again', async () => {
    const { clock, note, fired } = frozenClock();
    const beat = () => {
      note('beat');
      clock.after(15, beat);
    };
    clock.after(15, beat);
    await clock.advance(60);
    expect(fired()).toEqual(['beat at 15', 'beat at 30', 'beat at 45', 'beat at 60']);
  });

  it('fires no timer that was cancelled', async () => {
    const { clock, set, fired } = frozenClock();
    const cancel = set('a', 5);
    cancel();
    await clock.advance(10);
    expect(fired()).toEqual([]);
  });

  it('fires no timer that an earlier one cancelled in the same instant', async () => {
    const { clock, set, fired } = frozenClock();
    clock.after(5, () => cancel());
    const cancel = set('a', 5);
    await clock.advance(10);
    expect(fired()).toEqual([]);
  });

  it('asks who is alive before the first timer, and waits for the effects of the last', async () => {
    const { clock, log, set } = frozenClock();
    set('a', 1);
    set('b', 2);
    await clock.advance(10);
    expect(log).toEqual(['asked who is alive', 'a at 1', 'b at 2', 'waited for the effects']);
  });

  it('comes after the one before, however close they follow', async () => {
    const { clock, log, set } = frozenClock();
    set('a', 1);
    set('b', 11);
    await Promise.all([clock.advance(10), clock.advance(10)]);
    expect(log).toEqual([
      'asked who is alive',
      'a at 1',
      'waited for the effects',
      'asked who is alive',
      'b at 11',
      'waited for the effects',
    ]);
  });

  it('adds to the one before, however close they follow', async () => {
    const { clock } = frozenClock();
    const readings = await Promise.all([clock.advance(10), clock.advance(10)]);
    expect(readings.map(({ now }) => now - start)).toEqual([10, 20]);
  });

  it('fires more timers than it does in one turn of the event loop, in order', async () => {
    const { clock } = frozenClock();
    const order: number[] = [];
    for (let index = 25_000; index > 0; index--) clock.after(index, () => order.push(index));
    await clock.advance(25_000);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});

describe('run to the next timer', () => {
  it('fires all of that instant, and no other', async () => {
    const { clock, set, fired } = frozenClock();
    for (const [name, delayMs] of [
      ['a', 5],
      ['b', 9],
      ['c', 5],
    ] as const)
      set(name, delayMs);
    await clock.runToNextTimer();
    expect(fired()).toEqual(['a at 5', 'c at 5']);
  });

  it('tells when the one after is due', async () => {
    const { clock, set } = frozenClock();
    set('a', 5);
    set('b', 9);
    await expect(clock.runToNextTimer()).resolves.toEqual({
      now: start + 5,
      frozen: true,
      nextTimerAt: start + 9,
    });
  });

  it('does nothing without a timer', async () => {
    const { clock } = frozenClock();
    await expect(clock.runToNextTimer()).resolves.toEqual({ now: start, frozen: true });
  });

  it('chooses its timer when its turn comes', async () => {
    const { clock, set, fired } = frozenClock();
    set('a', 5);
    set('b', 9);
    await Promise.all([clock.runToNextTimer(), clock.runToNextTimer()]);
    expect(fired()).toEqual(['a at 5', 'b at 9']);
  });
});

describe('freeze', () => {
  it('holds the time where it is', async () => {
    const { clock } = frozenClock();
    clock.resume();
    clock.freeze();
    const { now } = clock.read();
    const running = new AppClock({ before: async () => {}, after: async () => {} });
    await new Promise<void>((resolve) => running.after(2, resolve));
    expect(clock.read()).toEqual({ now, frozen: true });
  });

  it('sets the time, if one is given', () => {
    const { clock } = frozenClock();
    clock.freeze(start - 1000);
    expect(clock.read()).toEqual({ now: start - 1000, frozen: true });
  });

  it('fires nothing, though a timer is overdue by the new time', () => {
    const { clock, set, fired } = frozenClock();
    set('a', 5);
    clock.freeze(start + 100);
    expect(fired()).toEqual([]);
  });

  it('in an advance holds for after it', async () => {
    const { clock, set } = frozenClock();
    set('a', 5);
    clock.resume();
    const advanced = clock.advance(10_000);
    clock.freeze();
    await expect(advanced).resolves.toMatchObject({ frozen: true });
  });
});

describe('freeze', () => {
  it('B6.8 stops a clock that runs apart from the machine at the time of the machine', async () => {
    const { clock } = frozenClock();
    const machine = new AppClock({ before: async () => {}, after: async () => {} });
    clock.resume();
    const apartMs = machine.now() - clock.now();
    clock.freeze();
    expect([apartMs > day, Math.abs(machine.now() - clock.now()) < 60_000]).toEqual([true, true]);
  });

  it('B6.8 leaves a clock where it stands already', () => {
    const { clock } = frozenClock();
    clock.freeze();
    expect(clock.now()).toBe(start);
  });
});

describe('resume', () => {
  it('lets the time run from where it stood', () => {
    const { clock } = frozenClock();
    clock.resume();
    const { now, frozen } = clock.read();
    expect([frozen, now - start]).toEqual([false, expect.toSatisfy((ms) => ms >= 0 && ms < 10_000)]);
  });

  it('fires what is overdue', async () => {
    const { clock } = frozenClock();
    const fired = new Promise<void>((resolve) => clock.after(5, resolve));
    clock.freeze(start + 10);
    clock.resume();
    await expect(fired).resolves.toBeUndefined();
  });

  it('in an advance holds for after it', async () => {
    const { clock } = frozenClock();
    const advanced = clock.advance(10_000);
    clock.after(5, () => clock.resume());
    const { now, frozen } = await advanced;
    expect([frozen, now - start]).toEqual([false, expect.toSatisfy((ms) => ms >= 10_000)]);
  });

  it('B6.8 to now runs on from the time of the machine, firing on the way what is overdue, each at its instant', async () => {
    const { clock, set, fired, log } = frozenClock();
    const behindMs = new AppClock({ before: async () => {}, after: async () => {} }).now() - start;
    for (const [name, ms] of Object.entries({ b: 7, a: 5, last: behindMs + 3_600_000 })) set(name, ms);
    const { now, frozen } = await clock.resume({ to: 'now' });
    expect([fired(), log.at(-1)]).toEqual([['a at 5', 'b at 7'], 'waited for the effects']);
    expect([frozen, now - start]).toEqual([
      false,
      expect.toSatisfy((ms) => ms >= behindMs && ms < behindMs + 60_000),
    ]);
  });

  it('B6.8 to now sets back a clock that is ahead, and fires nothing', async () => {
    const { clock, set, fired } = frozenClock();
    const machine = new AppClock({ before: async () => {}, after: async () => {} });
    clock.freeze(machine.now() + day);
    set('late', 10);
    await clock.resume({ to: 'now' });
    expect([fired(), clock.now() - machine.now()]).toEqual([
      [],
      expect.toSatisfy((ms) => Math.abs(ms) < 10_000),
    ]);
  });

  it('in an advance lets no timer fire out of turn', async () => {
    const log: string[] = [];
    const running = new AppClock({ before: async () => {}, after: async () => {} });
    const before = async () => {
      clock.resume();
      await new Promise<void>((resolve) => running.after(2, resolve));
      log.push('asked who is alive');
    };
    const clock: AppClock = new AppClock({ before, after: async () => {} });
    clock.freeze(start);
    clock.after(0, () => log.push('fired'));
    await clock.advance(10);
    expect(log).toEqual(['asked who is alive', 'fired']);
  });

  it('does nothing to a clock that runs', () => {
    const { clock } = frozenClock();
    clock.resume();
    const before = clock.now();
    clock.resume();
    expect(clock.now() - before).toBeLessThan(10_000);
  });
});

describe('a running clock', () => {
  const hooks = { before: async () => {}, after: async () => {} };

  it('begins with the time of the machine', () => {
    expect(Math.abs(new AppClock(hooks).now() - Date.now())).toBeLessThan(10_000);
  });

  it('B6.8 does not notice that the clock of the machine is set back', async () => {
    const { now } = Date;
    let backMs = 0;
    const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() - backMs);
    const anew = '../../server/clock/app-clock.ts?anew'; // or it would have what it needs of the machine already
    const fresh = (await import(anew)) as typeof import('../../server/clock/app-clock.ts');
    const clock = new fresh.AppClock(hooks);
    const before = clock.now();
    const fired = new Promise<void>((resolve) => clock.after(5, resolve));
    backMs = 3_600_000;
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    await fired;
    spy.mockRestore();
  });

  it.each([
    ['set back by a month', 31 * day],
    ['set back by a hundred years', 36_525 * day],
  ])('%s waits for its timers, without a warning and without haste', async (_, backMs) => {
    const clock = new AppClock(hooks);
    const fired: string[] = [];
    const warnings: unknown[] = [];
    const warned = (warning: Error) => warnings.push(warning.name);
    process.on('warning', warned);
    clock.after(5, () => fired.push('too early'));
    clock.freeze(clock.now() - backMs);
    clock.resume();
    const other = new AppClock(hooks);
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => other.after(2, resolve));
    process.off('warning', warned);
    clock.stop();
    expect([fired, warnings]).toEqual([[], []]);
  });

  it('is not frozen, and has no timer', () => {
    expect(new AppClock(hooks).read()).toEqual({ now: expect.any(Number), frozen: false });
  });

  it('fires timers in order as they fall due', async () => {
    const clock = new AppClock(hooks);
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.freeze(); // or the time that passes from one line to the next would count
      clock.after(2, () => {
        order.push('second');
        resolve();
      });
      clock.after(1, () => order.push('first'));
      clock.resume();
    });
    expect(order).toEqual(['first', 'second']);
  });

  it('runs on from the end of an advance', async () => {
    const clock = new AppClock(hooks);
    const before = clock.now();
    const { now, frozen } = await clock.advance(3_600_000);
    expect([frozen, now - before]).toEqual([false, expect.toSatisfy((ms) => ms >= 3_600_000)]);
  });

  it('fires what an advance skips, before it goes on', async () => {
    const clock = new AppClock(hooks);
    let fired = false;
    clock.after(3_600_000, () => {
      fired = true;
    });
    await clock.advance(3_600_000);
    expect(fired).toBe(true);
  });

  it('says that it runs even while it is advanced', async () => {
    const clock = new AppClock(hooks);
    const seen = new Promise((resolve) => clock.after(5, () => resolve(clock.read().frozen)));
    await clock.advance(10);
    await expect(seen).resolves.toBe(false);
  });

  it('fires nothing after it was stopped', async () => {
    const clock = new AppClock(hooks);
    const fired: string[] = [];
    clock.after(0, () => fired.push('stopped'));
    clock.stop();
    const other = new AppClock(hooks);
    await new Promise<void>((resolve) => other.after(1, resolve));
    expect(fired).toEqual([]);
  });
});

describe('a reset', () => {
  /** Whether it shows the machine's time, and runs. */
  const isNew = (clock: AppClock) => {
    const { now, ...rest } = clock.read();
    expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
    expect(rest).toEqual({ frozen: false });
  };

  it('B6.9 brings the time of the machine back, and forgets all timers', () => {
    const { clock, set, fired } = frozenClock();
    set('a', 0);
    clock.freeze(start * 2);
    clock.resume();
    clock.reset();
    isNew(clock);
    expect(fired()).toEqual([]);
  });

  it('B6.9 ends the advance under way, and those that wait for it', async () => {
    const { clock, set, fired } = frozenClock();
    clock.after(1, () => clock.reset());
    set('a', 2);
    const advances = [clock.advance(1e9), clock.advance(1e9), clock.runToNextTimer()];
    await Promise.all(advances);
    isNew(clock);
    expect(fired()).toEqual([]);
    await clock.advance(1e9);
    expect(clock.now()).toBeGreaterThan(Date.now() + 1e8);
  });

  it('B6.9 while an advance asks who is alive ends that, too', async () => {
    let clock: AppClock;
    const hooks = { before: async () => clock.reset(), after: () => Promise.reject(new Error('not asked')) };
    clock = new AppClock(hooks);
    clock.freeze(start);
    await clock.advance(1e9);
    isNew(clock);
  });
});
