import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { afterEach, describe, expect, type Mock, vi } from 'vitest';
import { Heartbeat } from '../../server/gateway/heartbeat.ts';
import type { Simulator } from '../../server/index.ts';
import { PresenceRegistry } from '../../server/presence/registry.ts';
import { it as base, type RawSession } from '../fixtures/raw-session.ts';
import { serverSockets } from '../fixtures/server-sockets.ts';
import { exchangeRaw } from '../fixtures/simulator.ts';

afterEach(() => void vi.restoreAllMocks());

const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

/** Publishes to bob until a message is dropped. */
function clog(simulator: Simulator): void {
  const content = 'x'.repeat(128 * 1024);
  for (let count = 0; count < 1000; count++) {
    const { report } = simulator.publish({ ...message, content });
    if (report.recipients[0]!.outcome === 'dropped') return;
  }
  throw new Error('The slow session swallowed everything.');
}

const it = base
  /** Asks for an upgrade, and keeps the own half of the connection open whatever comes. */
  .extend('openStubborn', async ({ simulator }, { onCleanup }) => {
    const sockets: Socket[] = [];
    onCleanup(() => {
      for (const socket of sockets) socket.destroy();
    });
    return async (path: string) => {
      const { hostname, port } = new URL(simulator.url);
      const socket = connectSocket({ host: hostname, port: Number(port), allowHalfOpen: true });
      sockets.push(socket);
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`,
      );
      socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
      await once(socket, 'data');
      return socket;
    };
  });

const breaks = [
  { event: 'end', breakOff: ({ socket }: RawSession) => socket.terminate() },
  {
    event: 'error',
    breakOff: (_: RawSession, serverSide: Socket) => serverSide.destroy(new Error('broken')),
  },
];

it.for(breaks)(
  'B1.1 a session ends with the $event of its socket: its user is offline then, not too slow',
  async ({ event, breakOff }, { simulator, openRaw }) => {
    const sockets = serverSockets();
    const bob = await openRaw('bob');
    const judge = () => [simulator.presence('bob'), ...simulator.publish(message).report.recipients];
    const judged = new Promise((resolve) => sockets[0]!.once(event, () => resolve(judge())));
    breakOff(bob, sockets[0]!);
    await expect(judged).resolves.toMatchObject([{ online: false }, { reason: 'offline' }]);
  },
);

it('B1.9 a session gets the messages of the turn in which its close frame arrives', async ({
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

it('B1.1 a session that the server closes can no longer publish', async ({ connect, openRaw, send }) => {
  const [alice, bob] = await Promise.all([openRaw('alice'), connect('bob')]);
  alice.socket.pause(); // does not see the close yet
  await send('/sim/sessions/alice', { method: 'DELETE' });
  alice.send({ type: 'publish', id: '1', toUserId: ['bob'], objectName: 'app:mood', content: 'late' });
  alice.socket.resume();
  await alice.closed;
  await bob.settle();
  expect(bob.received).toEqual([]);
});

it('B5.11 a session leaves no subscription behind', async ({ openRaw }) => {
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

it('B5.7 a session leaves no heartbeat behind', async ({ openRaw }) => {
  const stop = vi.spyOn(Heartbeat.prototype, 'stop');
  const alice = await openRaw('alice');
  alice.socket.close();
  await alice.closed;
  expect(stop).toHaveBeenCalledOnce();
});

describe('with no rate', () => {
  it.override('options', { recipientsPerMinute: Infinity });

  it('a simulator that closes waits for nobody whose upgrade it refused', async ({
    simulator,
    openStubborn,
  }) => {
    await openStubborn('/nowhere');
    await expect(simulator.close()).resolves.toBeUndefined();
  });

  it('a simulator that closes waits for nobody whose login it refused', async ({
    simulator,
    openStubborn,
  }) => {
    await openStubborn('/connect?platform=abacus');
    await expect(simulator.close()).resolves.toBeUndefined();
  });

  it('B5.4 a simulator that closes waits for nobody who never answers the close', async ({
    simulator,
    openStubborn,
  }) => {
    await openStubborn('/connect?userId=bob');
    await expect(simulator.close()).resolves.toBeUndefined();
  });

  it('B6.1 a simulator that closes refuses upgrades in the usual shape, and serves the rest', async ({
    simulator,
    openStubborn,
    send,
  }) => {
    await openStubborn('/connect?userId=bob'); // takes its time
    const closed = simulator.close();
    const upgrade = ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'].join('\r\n');
    const answer = exchangeRaw(simulator.url, `GET /connect?userId=carol HTTP/1.1\r\n${upgrade}\r\n\r\n`);
    const ready = await send('/readyz', { method: 'GET' });
    expect([(await answer).split('\r\n', 1), JSON.parse((await answer).split('\r\n\r\n')[1]!)]).toEqual([
      ['HTTP/1.1 503 Service Unavailable'],
      { code: 1000, errorMessage: 'The simulator is shutting down.', url: '/connect' },
    ]);
    expect([ready.status, ready.body]).toEqual([503, { status: 'shutting down' }]);
    await closed;
  });

  it('a simulator that closes waits for nobody who has ended, but does not read', async ({
    simulator,
    openStubborn,
  }) => {
    const bob = await openStubborn('/connect?userId=bob');
    bob.pause();
    clog(simulator);
    const ended = new Promise((resolve) => simulator.on('session', resolve));
    bob.end();
    await ended;
    await expect(simulator.close()).resolves.toBeUndefined();
  });
});
