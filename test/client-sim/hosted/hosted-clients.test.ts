import { describe, expect, it } from 'vitest';
import { HostedClients } from '../../../client-sim/hosted/hosted-clients.ts';
import { createApp } from '../../../server/app/app.ts';
import { settingsOf } from '../../../server/app/settings.ts';
import { Trace } from '../../../server/app/trace.ts';
import { connected, listen as listenAt } from '../scripted-server.ts';

const hear = () => () => {};
const listen = async (onPeer: Parameters<typeof listenAt>[0]) => new URL(await listenAt(onPeer)).host;
/** Who logs in with a name for a token. */
const hosted = (limit: number) => {
  const settings = { ...settingsOf({}), hostedClients: limit, inboxFrames: 10, inboxBytes: 10_000 };
  return new HostedClients('app', (userId) => userId, settings);
};

describe('a client that still connects', () => {
  /** Lets nobody in. */
  const listenInSilence = () => listen(() => {});

  it('B6.4 is not in the list', async () => {
    const clients = hosted(10);
    clients.connect(await listenInSilence(), { userId: 'ann' }, hear).catch(() => {});
    const listed = clients.list();
    clients.clear();
    expect(listed).toEqual([]);
  });

  it('B6.4 is unknown by its id', async () => {
    const clients = hosted(10);
    clients.connect(await listenInSilence(), { userId: 'ann' }, hear).catch(() => {});
    expect(() => clients.get('1')).toThrow('The app has no simulated client with the id "1".');
    clients.clear();
  });

  it.for(['reset', 'close'] as const)('B6.4 is given up at the %s of its app', async (end) => {
    const app = createApp({ key: 'app', settings: settingsOf({}), trace: new Trace() });
    const connecting = app.hostedClients.connect(await listenInSilence(), { userId: 'ann' }, hear);
    app.control[end]();
    await expect(connecting).rejects.toMatchObject({
      code: 1002,
      message: 'The client was closed while it connected.',
    });
  });
});

describe('a client that is not let in', () => {
  /** Turns away who is not called ann. */
  const listenForAnn = () => {
    return listen((peer) => {
      if (peer.url.searchParams.get('token') === 'ann') peer.send(connected);
      else peer.socket.close(4001, 'Not today.');
    });
  };

  it('B6.4 is told why', async () => {
    const bob = hosted(10).connect(await listenForAnn(), { userId: 'bob' }, hear);
    await expect(bob).rejects.toMatchObject({
      code: 1002,
      message: 'Not today.',
    });
  });

  it('B6.4 takes no room', async () => {
    const address = await listenForAnn();
    const clients = hosted(1);
    await clients.connect(address, { userId: 'bob' }, hear).catch(() => {});
    const ann = await clients.connect(address, { userId: 'ann' }, hear);
    clients.clear();
    expect(ann.userId).toBe('ann');
  });
});

it('B6.4 clients have ids of their own, whoever asked first', async () => {
  const address = await listen((peer) => peer.send(connected));
  const clients = hosted(10);
  const all = await Promise.all(
    ['ann', 'ann', 'ann'].map((userId) => clients.connect(address, { userId }, hear)),
  );
  expect(all.map(({ id }) => id)).toEqual(['1', '2', '3']);
  clients.clear();
});

it('B6.4 ids begin anew when all clients are gone', async () => {
  const address = await listen((peer) => peer.send(connected));
  const clients = hosted(10);
  await clients.connect(address, { userId: 'ann' }, hear);
  clients.clear();
  expect(await clients.connect(address, { userId: 'ann' }, hear)).toMatchObject({ id: '1' });
  clients.clear();
});

it('B6.4 a client that is given up takes away no room of one that has its id now', async () => {
  const silent = await listen(() => {});
  const clients = hosted(1);
  const givenUp = clients.connect(silent, { userId: 'ann' }, hear);
  clients.clear();
  clients.connect(silent, { userId: 'ann' }, hear).catch(() => {});
  await expect(givenUp).rejects.toThrow('closed while it connected');
  const third = clients.connect(silent, { userId: 'ann' }, hear);
  await expect(third).rejects.toThrow('has 1 simulated clients already');
  clients.clear();
});
