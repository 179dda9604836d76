import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { afterEach, describe, expect, type Mock, onTestFinished, vi } from 'vitest';
import { Heartbeat } from '../../server/gateway/heartbeat.ts';
import type { Simulator } from '../../server/index.ts';
import { PresenceRegistry } from '../../server/presence/registry.ts';
import { it } from '../fixtures/raw-session.ts';

afterEach(() => void vi.restoreAllMocks());

const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

/** The server's ends of all connections that this test makes. */
function serverSockets(): Socket[] {
  const sockets: Socket[] = [];
  const collect = (opened: unknown) => sockets.push((opened as { socket: Socket }).socket);
  subscribe('net.server.socket', collect);
  onTestFinished(() => void unsubscribe('net.server.socket', collect));
  return sockets;
}

/** Publishes to bob until a message is dropped. */
function clog(simulator: Simulator): void {
  const content = 'x'.repeat(128 * 1024);
  for (let count = 0; count < 1000; count++) {
    const { report } = simulator.publish({ ...message, content });
    if (report.recipients[0]!.outcome === 'dropped') return;
  }
  throw new Error('The slow session swallowed everything.');
}

/** Asks the server for an upgrade and keeps the own half of the connection open, whatever comes. */
async function openStubborn(url: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket({ host: hostname, port: Number(port), allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: sim\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`);
  socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  await once(socket, 'data');
  return socket;
}

describe('a session that ends', () => {
  it('B1.1 is offline at the end of its socket, not too slow', async ({ simulator, openRaw }) => {
    const sockets = serverSockets();
    const bob = await openRaw('bob');
    const published = new Promise((resolve) => {
      sockets[0]!.once('end', () => resolve(simulator.publish(message).report.recipients[0]));
    });
    bob.socket.terminate();
    await expect(published).resolves.toMatchObject({ outcome: 'dropped', reason: 'offline' });
  });

  it('B1.1 is offline at the error of its socket, not too slow', async ({ simulator, openRaw }) => {
    const sockets = serverSockets();
    await openRaw('bob');
    const published = new Promise((resolve) => {
      sockets[0]!.once('error', () => resolve(simulator.publish(message).report.recipients[0]));
    });
    sockets[0]!.destroy(new Error('broken'));
    await expect(published).resolves.toMatchObject({ outcome: 'dropped', reason: 'offline' });
  });

  it('B1.9 gets the messages of the turn in which its close frame arrives', async ({
    simulator,
    openRaw,
  }) => {
    const sockets = serverSockets();
    const bob = await openRaw('bob');
    sockets[0]!.prependOnceListener('data', () => simulator.publish(message));
    bob.socket.close();
    await bob.closed;
    expect(bob.frames).toMatchObject([{ type: 'connected' }, { type: 'status' }]);
  });

  it('B1.1 cannot publish any more', async ({ connect, openRaw, send }) => {
    const [alice, bob] = await Promise.all([openRaw('alice'), connect('bob')]);
    alice.socket.pause(); // does not see the close yet
    await send('/sim/sessions/alice', { method: 'DELETE' });
    alice.send({ type: 'publish', id: '1', toUserId: ['bob'], objectName: 'app:mood', content: 'late' });
    alice.socket.resume();
    await alice.closed;
    await bob.settle();
    expect(bob.received).toEqual([]);
  });

  it('B5.11 leaves no subscription behind', async ({ openRaw }) => {
    const { watch } = PresenceRegistry.prototype;
    const ends: Mock[] = [];
    vi.spyOn(PresenceRegistry.prototype, 'watch').mockImplementation(function (
      this: PresenceRegistry,
      ...args
    ) {
      const end = vi.fn(watch.apply(this, args));
      ends.push(end);
      return end;
    });
    const alice = await openRaw('alice');
    alice.send({ type: 'subscribe', userIds: ['bob', 'cat'] });
    await alice.settle();
    alice.socket.close();
    await alice.closed;
    expect(ends.map((end) => end.mock.calls.length)).toEqual([1, 1]);
  });

  it('B5.7 leaves no heartbeat behind', async ({ openRaw }) => {
    const stop = vi.spyOn(Heartbeat.prototype, 'stop');
    const alice = await openRaw('alice');
    alice.socket.close();
    await alice.closed;
    expect(stop).toHaveBeenCalledOnce();
  });
});

describe('a simulator that closes', () => {
  it.override('options', { recipientsPerMinute: Infinity });

  it('waits for nobody whose upgrade it refused', async ({ simulator }) => {
    await openStubborn(simulator.url, '/nowhere');
    await expect(simulator.close()).resolves.toBeUndefined();
  });

  it('waits for nobody whose login it refused', async ({ simulator }) => {
    await openStubborn(simulator.url, '/connect?platform=abacus');
    await expect(simulator.close()).resolves.toBeUndefined();
  });

  it('waits for nobody who never answers the close', async ({ simulator }) => {
    await openStubborn(simulator.url, '/connect?userId=bob');
    await expect(simulator.close()).resolves.toBeUndefined();
  });

  it('waits for nobody who has ended, but does not read', async ({ simulator }) => {
    const bob = await openStubborn(simulator.url, '/connect?userId=bob');
    bob.pause();
    clog(simulator);
    const ended = new Promise((resolve) => simulator.on('session', resolve));
    bob.end();
    await ended;
    await expect(simulator.close()).resolves.toBeUndefined();
  });
});
