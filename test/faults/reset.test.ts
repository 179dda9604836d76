import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect } from 'vitest';
import { frameWriters } from '../fixtures/frame-writers.ts';
import { it } from '../fixtures/raw-session.ts';
import { typing } from '../fixtures/simulator.ts';

const reset = { fault: 'reset', userId: 'bob' } as const;

describe.each(frameWriters)('with $frames frames', ({ plainFrames }) => {
  it.override('plainFrames', plainFrames);

  it('B6.10 reset: the client sees its connection reset, without a close frame', async ({
    simulator,
    openRaw,
  }) => {
    const bob = await openRaw('bob');
    // What ws does not show of its socket: a close without a reset would look the same.
    const { _socket: socket } = bob.socket as unknown as { _socket: Socket };
    const broken = once(socket, 'error');
    simulator.app().faults.set(reset);
    await expect(broken).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
    await expect(bob.closed).resolves.toBe(1006);
  });

  it('B1.1 reset: the user is offline at once', async ({ simulator, connect }) => {
    await connect('bob');
    simulator.app().faults.set(reset);
    const { report } = simulator.publish(typing);
    expect(report.recipients).toMatchObject([{ outcome: 'dropped', reason: 'offline' }]);
  });

  it('B6.10 reset: what was handed over in the same turn is lost', async ({ simulator, openRaw }) => {
    const bob = await openRaw('bob');
    const { report } = simulator.publish(typing);
    simulator.app().faults.set(reset);
    await bob.closed;
    expect([report.recipients, bob.frames]).toMatchObject([
      [{ outcome: 'delivered' }],
      [{ type: 'connected' }],
    ]);
  });

  it('B6.10 reset: every session of the user goes, and no one else', async ({ simulator, connect }) => {
    const [first, second, carol] = [await connect('bob'), await connect('bob'), await connect('carol')];
    simulator.app().faults.set(reset);
    await Promise.all([first.closed, second.closed]);
    await expect(carol.settle()).resolves.toBeUndefined();
  });

  it('B6.10 reset: it happens once, and is not listed', async ({ simulator, connect }) => {
    const { faults } = simulator.app();
    const listed = faults.set(reset);
    const bob = await connect('bob');
    await bob.settle();
    expect([listed, faults.list()]).toEqual([[], []]);
  });

  it('B6.10 reset: a half-open session is reset, too', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    const { faults } = simulator.app();
    faults.set({ fault: 'half-open', userId: 'bob' });
    faults.set(reset);
    expect(simulator.presence('bob').online).toBe(false);
    await expect(bob.closed).resolves.toMatchObject({ code: 1006 });
  });
});
