import { once } from 'node:events';
import { describe, expect } from 'vitest';
import type { SessionEvent } from '../../server/index.ts';
import { it } from '../fixtures/raw-session.ts';
import { serverSockets } from '../fixtures/server-sockets.ts';
import { typing } from '../fixtures/simulator.ts';

const halfOpen = { fault: 'half-open', userId: 'bob' } as const;
const noon = Date.UTC(2026, 0, 1, 12);

describe('a half-open connection', () => {
  it('B6.10 half-open: the report says delivered, and the client sees nothing', async ({
    simulator,
    connect,
  }) => {
    const bob = await connect('bob');
    const app = simulator.app();
    app.faults.set(halfOpen);
    const { report } = simulator.publish(typing);
    app.faults.remove();
    await bob.settle();
    expect([report.recipients, bob.received]).toMatchObject([[{ outcome: 'delivered', sessions: 1 }], []]);
  });

  it('B6.10 half-open: what was handed over before the fault still arrives', async ({
    simulator,
    connect,
  }) => {
    const bob = await connect('bob');
    simulator.publish(typing);
    simulator.app().faults.set(halfOpen);
    await expect(bob.next()).resolves.toMatchObject({ type: 'status', fromUserId: 'alice' });
  });

  it('B6.10 half-open: once removed, messages pass again', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    const { faults } = simulator.app();
    faults.set(halfOpen);
    faults.remove();
    simulator.publish({ ...typing, content: '{"typingContentType":"after"}' });
    await bob.settle();
    expect(bob.received).toMatchObject([{ content: '{"typingContentType":"after"}' }]);
  });

  it('B6.10 half-open: what is told besides messages is lost, too', async ({
    simulator,
    openRaw,
    connect,
  }) => {
    const bob = await openRaw('bob');
    bob.send({ type: 'subscribe', userIds: ['carol'] });
    await bob.settle();
    const { faults } = simulator.app();
    faults.set(halfOpen);
    await connect('carol');
    faults.remove();
    expect(await bob.settle()).toEqual([]);
  });

  it('B6.10 half-open: what the client sends meanwhile is ignored, then and later', async ({
    simulator,
    connect,
  }) => {
    const sockets = serverSockets();
    const bob = await connect('bob');
    const carol = await connect('carol');
    const { faults } = simulator.app();
    faults.set(halfOpen);
    const read = once(sockets[0]!, 'data');
    bob.publish({ toUserId: 'carol', objectName: 'app:mood', content: 'lost' });
    await read;
    faults.remove();
    await bob.settle();
    await carol.settle();
    expect(carol.received).toEqual([]);
  });

  it('B6.10 half-open: not even a ping of the client is answered', async ({ simulator, openRaw }) => {
    const sockets = serverSockets();
    const bob = await openRaw('bob');
    simulator.app().faults.set(halfOpen);
    const written = sockets[0]!.bytesWritten - sockets[0]!.writableLength;
    const read = once(sockets[0]!, 'data');
    let pongs = 0;
    bob.socket.on('pong', () => pongs++);
    bob.socket.ping();
    await read;
    expect(sockets[0]!.bytesWritten - sockets[0]!.writableLength).toBe(written);
    simulator.app().faults.remove();
    await bob.settle();
    expect(pongs).toBe(0); // not later either
  });

  it('B6.10 half-open: a session opened later is not touched', async ({ simulator, connect }) => {
    const before = await connect('bob');
    const { faults } = simulator.app();
    faults.set(halfOpen);
    const after = await connect('bob');
    const { report } = simulator.publish(typing);
    await after.settle();
    faults.remove();
    await before.settle();
    expect([report.recipients[0], after.received, before.received]).toMatchObject([
      { outcome: 'delivered', sessions: 2 },
      [{ type: 'status' }],
      [],
    ]);
  });

  it('B6.10 half-open: a session opened later passes a barrier', async ({ simulator, connect }) => {
    const before = await connect('bob');
    const app = simulator.app();
    app.faults.set(halfOpen);
    await connect('bob');
    await expect(app.settle()).resolves.toMatchObject({
      sessions: 1,
      unconfirmed: [{ sessionId: before.sessionId }],
    });
  });

  it('B6.7 half-open: set and removed while a barrier waits, it fails no healthy client', async ({
    simulator,
    openRaw,
  }) => {
    const sockets = serverSockets();
    const bob = await openRaw('bob');
    const app = simulator.app();
    const asked = once(bob.socket, 'ping');
    const settled = app.settle();
    await asked;
    const answered = once(sockets[0]!, 'data');
    app.faults.set(halfOpen);
    await answered; // the pong is lost
    app.faults.remove();
    await expect(settled).resolves.toEqual({ sessions: 1, unconfirmed: [] });
  });

  it('B6.10 half-open: set again, it takes in the sessions of that moment', async ({
    simulator,
    connect,
  }) => {
    await connect('bob');
    const app = simulator.app();
    app.faults.set(halfOpen);
    await connect('bob');
    app.faults.set(halfOpen);
    expect((await app.settle()).unconfirmed).toHaveLength(2);
  });

  it('B6.10 half-open: set twice and removed once, messages pass again', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    const { faults } = simulator.app();
    faults.set(halfOpen);
    faults.set(halfOpen);
    faults.remove();
    simulator.publish(typing);
    await bob.settle();
    expect(bob.received).toHaveLength(1);
  });
});

describe('with the clock frozen at noon', () => {
  const it_ = it
    .extend('app', async ({ simulator }) => {
      const app = simulator.app();
      app.clock.freeze(noon);
      return app;
    })
    .extend('closings', ({ app }) => {
      const closings: SessionEvent[] = [];
      app.listen((event) => {
        if (event.event === 'session' && event.state === 'closed') closings.push(event);
      });
      return closings;
    });

  it_('B5.7 a half-open client is found dead at the exact tick', async ({ app, closings, connect }) => {
    const bob = await connect('bob');
    app.faults.set(halfOpen);
    await app.clock.advance(29_999);
    const before = [...closings];
    await app.clock.advance(1);
    expect([before, closings]).toMatchObject([[], [{ userId: 'bob', at: noon + 30_000, code: 1006 }]]);
    await expect(bob.closed).resolves.toMatchObject({ code: 1006 });
  });

  it_('B5.7 the time-out counts from the last pong before the fault', async ({ app, closings, connect }) => {
    await connect('bob');
    await app.clock.advance(15_000);
    app.faults.set(halfOpen);
    await app.clock.advance(60_000);
    expect(closings).toMatchObject([{ at: noon + 45_000 }]);
  });

  it_('B5.7 a client outlives a fault that ends in time', async ({ app, closings, connect }) => {
    await connect('bob');
    app.faults.set(halfOpen);
    await app.clock.advance(29_999);
    app.faults.remove();
    await app.clock.advance(3600_000);
    expect(closings).toEqual([]);
  });

  it_(
    'B5.7 not even a pong that nobody asked for saves a half-open client',
    async ({ app, closings, openRaw }) => {
      const sockets = serverSockets();
      const bob = await openRaw('bob');
      app.faults.set(halfOpen);
      await app.clock.advance(20_000);
      const read = once(sockets[0]!, 'data');
      bob.socket.pong();
      await read;
      await app.clock.advance(3600_000);
      expect(closings).toMatchObject([{ at: noon + 30_000 }]);
    },
  );

  it_('B5.7 others stay online through it', async ({ simulator, app, closings, connect }) => {
    const [, carol] = [await connect('bob'), await connect('carol')];
    app.faults.set(halfOpen);
    await app.clock.advance(3600_000);
    simulator.publish({ ...typing, toUserId: 'carol' });
    await carol.settle();
    expect([closings, carol.received]).toMatchObject([[{ userId: 'bob' }], [{ type: 'status' }]]);
  });

  it_(
    'B6.10 nobody notices that a half-open client goes, until its time-out',
    async ({ simulator, app, closings, openRaw }) => {
      const sockets = serverSockets();
      const bob = await openRaw('bob');
      app.faults.set(halfOpen);
      const gone = once(sockets[0]!, 'close');
      bob.socket.terminate();
      await gone;
      const { report } = simulator.publish(typing);
      const online = simulator.presence('bob').online;
      await app.clock.advance(30_000);
      expect([report.recipients[0], online, closings]).toMatchObject([
        { outcome: 'delivered' },
        true,
        [{ at: noon + 30_000, code: 1006 }],
      ]);
    },
  );

  it_(
    'B6.10 a client that closed while it was half-open is offline once the fault is removed',
    async ({ simulator, app, closings, openRaw }) => {
      const sockets = serverSockets();
      const bob = await openRaw('bob');
      app.faults.set(halfOpen);
      const gone = once(sockets[0]!, 'close');
      bob.socket.close(1000);
      await gone;
      app.faults.remove();
      expect([closings, simulator.presence('bob').online]).toMatchObject([[{ code: 1000 }], false]);
    },
  );

  it_(
    'B5.7 a half-open client that is disconnected leaves no heartbeat behind',
    async ({ app, connect, send }) => {
      const bob = await connect('bob');
      app.faults.set(halfOpen);
      await send('/sim/sessions/bob', { method: 'DELETE' });
      await bob.closed;
      expect(app.clock.read().nextTimerAt).toBeUndefined();
    },
  );

  it_('B5.2 a new login takes the place of a half-open session', async ({ app, closings, connect }) => {
    const first = await connect({ userId: 'bob', platform: 'ios' });
    app.faults.set(halfOpen);
    const second = await connect({ userId: 'bob', platform: 'android' });
    await second.settle();
    expect(closings).toMatchObject([{ sessionId: first.sessionId, code: 4010, online: true }]);
    await expect(first.closed).resolves.toMatchObject({ code: 1006 }); // it cannot be told why
  });
});
