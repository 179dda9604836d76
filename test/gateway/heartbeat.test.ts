import { describe, expect, it as plainIt } from 'vitest';
import type { Clock } from '../../server/clock/app-clock.ts';
import { Heartbeat } from '../../server/gateway/heartbeat.ts';
import { it } from '../fixtures/raw-session.ts';

/** A clock that moves when it is told to, from timer to timer. */
class HandClock implements Clock {
  readonly #timers = new Map<() => void, number>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    this.#timers.set(callback, this.#now + delayMs);
    return () => this.#timers.delete(callback);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Fires each timer that falls due on the way, at its own instant. */
  moveTo(target: number): void {
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a - b);
      if (next === undefined || next[1] > target) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1]);
      next[0]();
    }
    this.#now = target;
  }

  /** Fires no timer, as in a process that is stopped; those that fell due fire at the next move. */
  sleepTo(target: number): void {
    this.#now = target;
  }
}

/** A heartbeat of 15 and 30 seconds, and all it did, with the second of each. */
function beating({ intervalMs = 15_000, timeoutMs = 30_000 } = {}) {
  const clock = new HandClock();
  const events: string[] = [];
  const record = (what: string) => events.push(`${what} at ${clock.now() / 1000}`);
  const heartbeat = new Heartbeat({
    clock,
    intervalMs,
    timeoutMs,
    ping: () => record('ping'),
    onDead: () => record('dead'),
  });
  return { clock, events, heartbeat };
}

describe('a heartbeat of 15 and 30 seconds', () => {
  plainIt('B5.7 pings each 15 seconds a client that answers', () => {
    const { clock, events, heartbeat } = beating();
    for (const seconds of [15, 30, 45, 60]) {
      clock.moveTo(seconds * 1000);
      heartbeat.pong();
    }
    expect(events).toEqual(['ping at 15', 'ping at 30', 'ping at 45', 'ping at 60']);
  });

  plainIt('B5.7 does not ping before its time', () => {
    const { clock, events } = beating();
    clock.moveTo(14_999);
    expect(events).toEqual([]);
  });

  plainIt('B5.7 gives a client up after exactly 30 seconds without a pong', () => {
    const { clock, events } = beating();
    clock.moveTo(29_999);
    const before = [...events];
    clock.moveTo(30_000);
    expect([before, events]).toEqual([['ping at 15'], ['ping at 15', 'dead at 30']]);
  });

  plainIt('B5.7 counts the 30 seconds from the last pong', () => {
    const { clock, events, heartbeat } = beating();
    clock.moveTo(17_000);
    heartbeat.pong();
    clock.moveTo(100_000);
    expect(events.filter((event) => event.startsWith('dead'))).toEqual(['dead at 47']);
  });

  plainIt('B5.7 is revived by a pong in the last moment', () => {
    const { clock, events, heartbeat } = beating();
    clock.moveTo(29_999);
    heartbeat.pong();
    clock.moveTo(59_998);
    expect(events.filter((event) => event.startsWith('dead'))).toEqual([]);
  });

  plainIt('B5.7 is revived by a pong that nobody asked for', () => {
    const { clock, events, heartbeat } = beating();
    clock.moveTo(10_000);
    heartbeat.pong();
    clock.moveTo(39_999);
    expect(events.filter((event) => event.startsWith('dead'))).toEqual([]);
  });

  plainIt('B5.7 gives a client up once, and does nothing after it', () => {
    const { clock, events } = beating();
    clock.moveTo(30_000);
    clock.moveTo(300_000);
    expect([events, clock.timers]).toEqual([['ping at 15', 'dead at 30'], 0]);
  });

  plainIt('B5.7 does nothing after it was stopped', () => {
    const { clock, events, heartbeat } = beating();
    clock.moveTo(15_000);
    heartbeat.stop();
    clock.moveTo(300_000);
    expect([events, clock.timers]).toEqual([['ping at 15'], 0]);
  });

  plainIt('B5.7 gives nobody up for the time in which the process itself was stopped', () => {
    const { clock, events, heartbeat } = beating();
    clock.moveTo(15_000);
    heartbeat.pong();
    clock.sleepTo(3600_000);
    clock.moveTo(3600_000);
    expect(events).toEqual(['ping at 15', 'ping at 3600']);
  });

  plainIt('B5.7 gives up who stays silent after the process was stopped', () => {
    const { clock, events } = beating();
    clock.sleepTo(3600_000);
    clock.moveTo(4000_000);
    expect(events).toEqual(['ping at 3600', 'dead at 3615']);
  });

  plainIt('B5.7 counts the 30 seconds from a pong that was read before a late beat', () => {
    const { clock, events, heartbeat } = beating();
    clock.sleepTo(50_000);
    heartbeat.pong();
    clock.moveTo(100_000);
    expect(events).toEqual(['ping at 50', 'ping at 65', 'dead at 80']);
  });

  plainIt('B5.7 has one timer at a time', () => {
    const { clock, heartbeat } = beating();
    clock.moveTo(16_000);
    heartbeat.pong();
    clock.moveTo(31_000);
    expect(clock.timers).toBe(1);
  });
});

plainIt('B5.7 a time-out that is no multiple of the interval is kept exactly', () => {
  const { clock, events } = beating({ intervalMs: 10_000, timeoutMs: 25_000 });
  clock.moveTo(100_000);
  expect(events).toEqual(['ping at 10', 'ping at 20', 'dead at 25']);
});

describe('with a heartbeat of 25 and 250 milliseconds', () => {
  it.override('options', { heartbeatIntervalMs: 25, heartbeatTimeoutMs: 250 });

  it('B5.7 a client that answers no ping is ended with 1006', async ({ simulator, openRaw }) => {
    const bob = await openRaw('bob', { autoPong: false });
    const ended = new Promise((resolve) => simulator.on('session', resolve));
    await expect(Promise.all([ended, bob.closed])).resolves.toMatchObject([
      { userId: 'bob', state: 'closed', code: 1006, online: false },
      1006,
    ]);
  });

  it('B5.7 a client that answers each ping outlives the time-out', async ({ openRaw }) => {
    const bob = await openRaw('bob');
    const alice = await openRaw('alice', { autoPong: false });
    await alice.closed; // by then bob would have been ended, too
    expect(await bob.settle()).toEqual([]);
  });

  it('B5.7 frames are no pongs', async ({ openRaw }) => {
    const bob = await openRaw('bob', { autoPong: false });
    bob.socket.on('ping', () => bob.send({ type: 'sync', id: 'still here' }));
    await expect(bob.closed).resolves.toBe(1006);
  });
});
