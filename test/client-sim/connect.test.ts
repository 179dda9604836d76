import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { ConnectError, type ConnectOptions, connectClient } from '../../client-sim/connect.ts';
import { connected, listen, openSession, type Peer, statusFrame } from './scripted-server.ts';

it('B5 the session carries what the connected frame says', async () => {
  const { client } = await openSession({ platform: 'ios' });
  expect(client).toMatchObject({ userId: 'ann', sessionId: 's1', platform: 'ios' });
});

it('B5 the login goes into the query', async () => {
  const { peer } = await openSession({ platform: 'web', appKey: 'k&y' });
  expect(Object.fromEntries(peer.url.searchParams)).toEqual({
    userId: 'ann',
    platform: 'web',
    appKey: 'k&y',
  });
});

it('B5 a token goes into the query in place of a userId', async () => {
  let query = '';
  const wsUrl = await listen((peer) => {
    query = peer.url.search;
    peer.send(connected);
  });
  await connectClient(wsUrl, { token: 't' });
  expect(query).toBe('?token=t');
});

it('the path and the query of the address stay', async () => {
  let path = '';
  const wsUrl = await listen((peer) => {
    path = peer.url.pathname + peer.url.search;
    peer.send(connected);
  });
  await connectClient(`${wsUrl}?via=test`, { userId: 'ann' });
  expect(path).toBe('/connect?via=test&userId=ann');
});

it('a frame right behind the connected frame is received', async () => {
  const wsUrl = await listen((peer) => peer.send(connected, statusFrame()));
  const client = await connectClient(wsUrl, { userId: 'ann' });
  await expect(client.next()).resolves.toEqual(statusFrame());
});

const wrongLogins: { title: string; options: ConnectOptions }[] = [
  { title: 'neither userId nor token', options: {} },
  { title: 'both userId and token', options: { userId: 'ann', token: 't' } },
];

it.each(wrongLogins)('$title is a TypeError', async ({ options }) => {
  await expect(connectClient('ws://sim.test/connect', options)).rejects.toThrow(
    new TypeError('Give exactly one of userId and token.'),
  );
});

/** The error of a client whose server does this to it. */
async function failureOf(onPeer: (peer: Peer) => void, options: ConnectOptions): Promise<ConnectError> {
  const failure = await connectClient(await listen(onPeer), options).catch((error: unknown) => error);
  if (!(failure instanceof ConnectError)) throw new Error(`Expected a ConnectError, got ${failure}`);
  return failure;
}

const failures: { title: string; onPeer: (peer: Peer) => void; closeCode: number; reason: string }[] = [
  {
    title: 'the reason of a server that closes first',
    onPeer: (peer) => peer.socket.close(4001, 'The token is not valid for this app.'),
    closeCode: 4001,
    reason: 'The token is not valid for this app.',
  },
  {
    title: 'that the server closed without a reason',
    onPeer: (peer) => peer.socket.close(4001),
    closeCode: 4001,
    reason: 'The connection was closed.',
  },
  {
    title: 'that the first frame was another one',
    onPeer: (peer) => peer.send(statusFrame(), connected),
    closeCode: 1006,
    reason: 'The first frame was not a connected frame.',
  },
];

it.each(failures)('a ConnectError says $title', async ({ onPeer, closeCode, reason }) => {
  const failure = await failureOf(onPeer, { userId: 'ann' });
  expect(failure).toMatchObject({ closeCode, reason });
});

it('a ConnectError says that no frame came in time', async () => {
  const failure = await failureOf(() => {}, { userId: 'ann', timeoutMs: 100 });
  expect(failure).toMatchObject({ closeCode: 1006, reason: 'No connected frame came within 100 ms.' });
});

it('a ConnectError is one sentence with the address, without the token', async () => {
  const { message } = await failureOf((peer) => peer.socket.close(4001, 'No.'), { token: 'secret' });
  expect(message).toMatch(
    /^No session opened at ws:\/\/127\.0\.0\.1:\d+\/connect \(close code 4001\): No\.$/,
  );
});

it('a ConnectError says when nobody listens', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  const connecting = connectClient(`ws://127.0.0.1:${port}/connect`, { userId: 'ann' });
  await expect(connecting).rejects.toMatchObject({
    closeCode: 1006,
    reason: `connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});

it('connecting is given up when its signal aborts', async () => {
  const caller = new AbortController();
  const reason = new Error('Changed my mind.');
  let gone: Promise<unknown[]> | undefined;
  const wsUrl = await listen((peer) => {
    gone = once(peer.socket, 'close');
    caller.abort(reason);
  });
  const connecting = connectClient(wsUrl, { userId: 'ann', signal: caller.signal });
  await expect(connecting).rejects.toBe(reason);
  expect((await gone)?.[0]).toBe(1006);
});

it('nothing is connected when the signal has aborted before', async () => {
  const signal = AbortSignal.abort(new Error('Changed my mind.'));
  await expect(connectClient('ws://sim.test/connect', { userId: 'ann', signal })).rejects.toBe(signal.reason);
});

it('a session that is open outlives the signal', async () => {
  const caller = new AbortController();
  const { client } = await openSession({ signal: caller.signal });
  caller.abort();
  await expect(client.settle()).resolves.toBeUndefined();
});
