import { EventEmitter, once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import {
  connectLasting,
  type LastingClient,
  type LastingOptions,
  type SimClient,
} from '../../client-sim/index.ts';
import { catchUncaught } from '../fixtures/uncaught.ts';
import { connected, listen, type Peer, statusFrame } from './scripted-server.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A client whose pauses pass on command, and the server's end of each of its connections. */
async function openLasting(
  greet: (peer: Peer, count: number) => void = (peer) => peer.send(connected),
  more: Partial<LastingOptions> = {},
) {
  const clock = new VirtualClock();
  const peers: Peer[] = [];
  const sessions: SimClient[] = [];
  const closings: number[] = [];
  /** Who waits for a session or for the loss of one. */
  const waiting = new EventEmitter();
  const tell = () => waiting.emit('change');
  const wsUrl = await listen((peer) => greet(peer, peers.push(peer)));
  const options: LastingOptions = {
    userId: 'ann',
    clock,
    firstPauseMs: 100,
    longestPauseMs: 800,
    onOnline: (session) => {
      sessions.push(session);
      tell();
    },
    onOffline: ({ code }) => {
      closings.push(code);
      tell();
    },
    ...more,
  };
  const client: LastingClient = await connectLasting(wsUrl, options);
  onTestFinished(() => client.close());
  return { client, clock, peers, sessions, closings, next: () => once(waiting, 'change') };
}

it('a session that broke is replaced after a pause', async () => {
  const { client, clock, peers, sessions, next } = await openLasting();
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  expect(client.session).toBeUndefined();
  const back = next();
  clock.advanceTo(clock.now() + 100);
  await back;
  expect([sessions.length, client.session]).toEqual([2, sessions[1]]);
});

it('the pause is never shorter than half of it', async () => {
  const { clock, peers, next } = await openLasting();
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  clock.advanceTo(clock.now() + 49);
  expect([peers.length, clock.timers.size]).toEqual([1, 1]);
});

it('each session begins with an empty inbox', async () => {
  const { client, clock, peers, next } = await openLasting();
  peers[0]!.send(statusFrame());
  await client.session!.settle();
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  const back = next();
  clock.advanceTo(clock.now() + 100);
  await back;
  await client.session!.settle();
  expect(client.session!.received).toEqual([]);
});

it('the pauses grow while nobody lets it in, up to the longest', async () => {
  const { clock, peers, next } = await openLasting((peer, count) => {
    if (count === 1) peer.send(connected);
    else peer.socket.terminate();
  });
  const pauses: number[] = [];
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  for (let attempt = 0; attempt < 6; attempt++) {
    const [timer] = clock.timers;
    pauses.push(timer!.dueAt - clock.now());
    clock.advanceTo(timer!.dueAt);
    while (clock.timers.size === 0) await new Promise(setImmediate);
  }
  const longest = [100, 200, 400, 800, 800, 800];
  expect(pauses.every((pause, index) => pause > longest[index]! / 2 && pause <= longest[index]!)).toBe(true);
});

it.each([
  ['another login took its place', 4010, undefined],
  ['its user is blocked', 4012, undefined],
  ['its login is refused', 1001, 4001],
  ['its login is refused because its user is blocked', 1001, 4012],
])('it stays away when %s', async (_, code, refusal) => {
  const { clock, peers, closings, next } = await openLasting((peer, count) => {
    if (count === 1) peer.send(connected);
    else peer.socket.close(refusal, 'No.');
  });
  const lost = next();
  peers[0]!.socket.close(code);
  await lost;
  if (refusal !== undefined) {
    clock.advanceTo(clock.now() + 100);
    while (peers.length < 2) await new Promise(setImmediate);
    await once(peers[1]!.socket, 'close');
    await new Promise(setImmediate);
  }
  expect([clock.timers.size, closings.length]).toEqual([0, 1]);
});

it('once closed it stays away', async () => {
  const { client, clock, closings } = await openLasting();
  await client.close();
  expect([clock.timers.size, closings, client.session]).toEqual([0, [1000], undefined]);
});

it('closed while it is away, it does not come back', async () => {
  const { client, clock, peers, next } = await openLasting();
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  await client.close();
  expect(clock.timers.size).toBe(0);
});

it('closed while it comes back, it is offline for good when that is over', async () => {
  const { client, clock, peers, sessions, closings, next } = await openLasting((peer, count) => {
    if (count === 1) peer.send(connected);
  });
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  clock.advanceTo(clock.now() + 100);
  while (peers.length < 2) await new Promise(setImmediate);
  const gone = once(peers[1]!.socket, 'close');
  const closed = client.close();
  peers[1]!.send(connected);
  await closed;
  expect([peers[1]!.socket.readyState, client.session]).toEqual([WebSocket.CLOSED, undefined]);
  await gone;
  expect([sessions.length, closings.length, clock.timers.size]).toEqual([1, 1, 0]);
});

it('closed while nobody lets it in, it gives up in time', async () => {
  const { client, clock, peers, next } = await openLasting(
    (peer, count) => {
      if (count === 1) peer.send(connected);
    },
    { timeoutMs: Infinity },
  );
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  clock.advanceTo(clock.now() + 100);
  while (peers.length < 2) await new Promise(setImmediate);
  await client.close({ timeoutMs: 20 });
  expect([client.session, clock.timers.size]).toEqual([undefined, 0]);
});

it('B5 what onOnline throws is uncaught, and the client holds its session', async () => {
  const uncaught = catchUncaught();
  const onOnline = () => {
    throw new Error('my onOnline');
  };
  const { client, clock, peers, next } = await openLasting((peer) => peer.send(connected), { onOnline });
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  clock.advanceTo(clock.now() + 100);
  while (!client.session) await new Promise(setImmediate);
  const gone = once(peers[1]!.socket, 'close');
  await client.close();
  await gone;
  expect([uncaught.length, peers.length]).toEqual([2, 2]);
});

it('B5 what onRefused throws is uncaught, and the client can be closed', async () => {
  const uncaught = catchUncaught();
  const onRefused = () => {
    throw new Error('my onRefused');
  };
  const { client, clock, peers, next } = await openLasting(
    (peer, count) => {
      if (count === 1) peer.send(connected);
      else peer.socket.close(4001, 'No.');
    },
    { onRefused },
  );
  const lost = next();
  peers[0]!.socket.terminate();
  await lost;
  clock.advanceTo(clock.now() + 100);
  await client.close();
  expect(uncaught).toEqual([new Error('my onRefused')]);
});

it('B5 what onOffline throws is uncaught, and the client comes back', async () => {
  const uncaught = catchUncaught();
  const onOffline = () => {
    throw new Error('my onOffline');
  };
  const { clock, peers, next } = await openLasting((peer) => peer.send(connected), { onOffline });
  peers[0]!.socket.terminate();
  while (clock.timers.size === 0) await new Promise(setImmediate);
  const back = next();
  clock.advanceTo(clock.now() + 100);
  await back;
  expect(uncaught).toEqual([new Error('my onOffline')]);
});
