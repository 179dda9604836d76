import { describe, expect, onTestFinished } from 'vitest';
import type { Setting } from '../../server/app/setting.ts';
import { settingTable } from '../../server/app/settings.ts';
import type { SessionEvent, SimulatorOptions } from '../../server/index.ts';
import { app as credentials, exchangeRaw, it, typing } from '../fixtures/simulator.ts';

/** What Node warns of: a timer that is too long fires at once, and says so there. */
function warningsHere(): string[] {
  const warnings: string[] = [];
  const warned = ({ name }: Error) => warnings.push(name);
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  return warnings;
}

/** Every setting that is a time, at both ends of what it may be. */
const ends = Object.entries<Setting>(settingTable).flatMap(([name, { kind }]) => {
  return kind.placeholder === 'seconds' ? kind.range!.map((ms) => ({ name, ms })) : [];
});

/** What goes with it: no heartbeat takes longer than its timeout. */
const together: Record<string, (ms: number) => SimulatorOptions> = {
  heartbeatIntervalMs: (ms) => ({ heartbeatTimeoutMs: ms + 1 }),
  heartbeatTimeoutMs: (ms) => ({ heartbeatIntervalMs: ms - 1 }),
};

it('B7 every time that can be set is tried', () => {
  expect(ends.length).toBeGreaterThanOrEqual(12);
});

describe.each(ends)('with $name of $ms', ({ name, ms }) => {
  it.override('options', { apps: [credentials], [name]: ms, ...together[name]?.(ms) });

  it('B7 a user comes online and gets a message, and no timer is too long', async ({
    simulator,
    connect,
  }) => {
    const warnings = warningsHere();
    const app = simulator.app();
    app.clock.freeze(); // a heartbeat of a millisecond is a matter of the machine
    if (name !== 'requestTimeoutMs' || ms > 1) {
      const bob = await connect({ token: app.token('bob'), appKey: app.key });
      simulator.publish(typing);
      await expect(bob.next()).resolves.toMatchObject({ type: 'status' });
    }
    app.clock.resume();
    expect(await exchangeRaw(simulator.url, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 (200|504) /,
    );
    expect(warnings).toEqual([]);
  });
});

describe.each([
  [1, 2],
  [15_000, 30_000],
  [2 ** 31 - 2, 2 ** 31 - 1],
])('with a ping each %i ms, and silence of %i ms', (heartbeatIntervalMs, heartbeatTimeoutMs) => {
  it.override('options', { heartbeatIntervalMs, heartbeatTimeoutMs });

  it('B5.7 a silent client is ended at that instant, and not before', async ({ simulator, connect }) => {
    const closings: SessionEvent[] = [];
    const app = simulator.app();
    app.clock.freeze();
    simulator.on('session', (event) => event.state === 'closed' && closings.push(event));
    await connect('bob');
    const { now } = app.clock.read();
    app.faults.set({ fault: 'half-open', userId: 'bob' });
    await app.clock.advance(heartbeatTimeoutMs - 1);
    const early = closings.length;
    await app.clock.advance(1);
    expect([early, closings]).toMatchObject([0, [{ at: now + heartbeatTimeoutMs, code: 1006 }]]);
  });
});

const delays = [1, 600_000];
it.for(delays)(
  'B6.10 a delay of %i ms ends at that instant, and not before',
  async (delayMs, { simulator, connect }) => {
    const app = simulator.app();
    app.clock.freeze();
    const bob = await connect('bob');
    app.faults.set({ fault: 'delay', userId: 'bob', delayMs });
    simulator.publish(typing);
    await app.clock.advance(delayMs - 1);
    await bob.settle();
    const early = bob.received.length;
    await app.clock.advance(1);
    await bob.settle();
    expect([early, bob.received.length]).toEqual([0, 1]);
  },
);

it.for([1, 60_000])('B6.7 a barrier may take %i ms', async (timeoutMs, { simulator }) => {
  const warnings = warningsHere();
  await expect(simulator.app().settle(timeoutMs)).resolves.toMatchObject({ sessions: 0 });
  expect(warnings).toEqual([]);
});
