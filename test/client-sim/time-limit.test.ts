import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectClient } from '../../client-sim/connect.ts';
import { connectLasting } from '../../client-sim/lasting-client.ts';
import { StatusPublisher } from '../../client-sim/publisher.ts';
import { timeLimit } from '../../client-sim/time-limit.ts';
import { TypingReceiver, TypingSender } from '../../client-sim/typing.js';
import { whileCollecting } from '../fixtures/garbage.ts';
import { connected, listen, openSession, statusFrame } from './scripted-server.ts';
import { VirtualClock } from './virtual-clock.ts';

const message = { fromUserId: 'ann', toUserId: 'bob', objectName: 'RC:TypSts', content: '{}' };

const clock = new VirtualClock();

/** The port of a server that accepts connections and says nothing. */
async function silentPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  server.on('connection', (socket) => onTestFinished(() => void socket.destroy()));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it.each([2 ** 31, 2 ** 40, Number.MAX_VALUE, Infinity])(
  'a limit of %d ms is not over at once',
  async (ms) => {
    let over = false;
    const callOff = timeLimit(ms, () => {
      over = true;
    });
    await new Promise<void>((resolve) => timeLimit(5, resolve));
    callOff();
    expect(over).toBe(false);
  },
);

it('a limit that was called off is never over', async () => {
  let over = false;
  timeLimit(1, () => {
    over = true;
  })();
  await new Promise<void>((resolve) => timeLimit(5, resolve));
  expect(over).toBe(false);
});

/** Everything that takes a time of the user's. */
const takers: Record<string, (ms: number) => Promise<unknown>> = {
  'connectClient timeoutMs': (timeoutMs) => connectClient('ws://sim.test/', { userId: 'ann', timeoutMs }),
  'connectLasting timeoutMs': (timeoutMs) => connectLasting('ws://sim.test/', { userId: 'ann', timeoutMs }),
  'connectLasting firstPauseMs': (firstPauseMs) =>
    connectLasting('ws://sim.test/', { userId: 'ann', firstPauseMs }),
  'connectLasting longestPauseMs': (longestPauseMs) =>
    connectLasting('ws://sim.test/', { userId: 'ann', longestPauseMs }),
  'next timeoutMs': async (timeoutMs) => (await openSession()).client.next({}, { timeoutMs }),
  'look timeoutMs': async (timeoutMs) => (await openSession()).client.look({}, { timeoutMs }),
  'settle timeoutMs': async (timeoutMs) => (await openSession()).client.settle({ timeoutMs }),
  'close timeoutMs': async (timeoutMs) => (await openSession()).client.close({ timeoutMs }),
  'TypingSender refreshMs': async (refreshMs) => new TypingSender({ clock, send: () => {}, refreshMs }),
  'TypingSender idleStopMs': async (idleStopMs) => new TypingSender({ clock, send: () => {}, idleStopMs }),
  'TypingReceiver expiryMs': async (expiryMs) => new TypingReceiver({ clock, userId: 'ann', expiryMs }),
  'StatusPublisher timeoutMs': async (timeoutMs) =>
    new StatusPublisher({ url: 'http://sim.test', timeoutMs }),
};

const wrongTimes = [NaN, -1, -Infinity, '5', null] as number[];

it.each(Object.entries(takers))('%s is a time, or a RangeError', async (taker, take) => {
  const outcomes = await Promise.allSettled(wrongTimes.map(take));
  const [, name] = taker.split(' ');
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual(
    wrongTimes.map((ms) => `RangeError: ${name} must be milliseconds from 0 to Infinity, not ${ms}.`),
  );
});

it.each([2 ** 31, Infinity])('waits may last %d ms', async (timeoutMs) => {
  const { client, peer } = await openSession({ timeoutMs });
  const waiting = [client.next(), client.look()];
  await client.settle();
  peer.send(statusFrame());
  expect(await Promise.all(waiting)).toEqual([statusFrame(), [statusFrame()]]);
  await client.close();
});

/** Waits that nothing but their time ends. */
const waits: Record<string, (timeoutMs: number) => Promise<unknown>> = {
  'a client that connects': async (timeoutMs) =>
    connectClient(`ws://127.0.0.1:${await silentPort()}`, { userId: 'ann', timeoutMs }),
  'a client that nobody lets in': async (timeoutMs) =>
    connectClient(await listen(() => {}), { userId: 'ann', timeoutMs }),
  next: async (timeoutMs) => (await openSession()).client.next({}, { timeoutMs }),
  look: async (timeoutMs) => (await openSession()).client.look({}, { timeoutMs }),
  settle: async (timeoutMs) => {
    const { client, peer } = await openSession();
    peer.answersSync = false;
    return client.settle({ timeoutMs });
  },
  publish: async (timeoutMs) => (await openSession({ timeoutMs })).client.publish(message),
  close: async (timeoutMs) => {
    const { client, peer } = await openSession();
    peer.socket.pause();
    return client.close({ timeoutMs });
  },
  'a lasting client that closes': async (timeoutMs) => {
    const client = await connectLasting(
      await listen((peer) => {
        peer.send(connected);
        peer.socket.pause();
      }),
      { userId: 'ann' },
    );
    return client.close({ timeoutMs });
  },
  'a request': async (timeoutMs) =>
    new StatusPublisher({ url: `http://127.0.0.1:${await silentPort()}`, timeoutMs }).publish(message),
};

it.each(Object.entries(waits))(
  '%s waits no longer than it may, whatever the garbage collection does',
  async (_, wait) => {
    await whileCollecting(wait(500).catch(() => {}));
  },
);
