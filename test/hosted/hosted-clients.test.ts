import { describe, expect, it } from 'vitest';
import { createApp } from '../../server/app/app.ts';
import { settingsOf } from '../../server/app/settings.ts';
import { Trace } from '../../server/app/trace.ts';
import { HostedClients } from '../../server/hosted/hosted-clients.ts';
import { connected, listen } from '../client-sim/scripted-server.ts';

const bounds = { inboxFrames: 10, inboxBytes: 10_000 };

describe('a client that still connects', () => {
  /** Lets nobody in. */
  const listenInSilence = () => listen(() => {});

  it('B6 is not in the list', async () => {
    const clients = new HostedClients(10, bounds);
    clients.connect('ann', new URL(await listenInSilence())).catch(() => {});
    const listed = clients.list();
    clients.clear();
    expect(listed).toEqual([]);
  });

  it('B6 is unknown by its id', async () => {
    const clients = new HostedClients(10, bounds);
    clients.connect('ann', new URL(await listenInSilence())).catch(() => {});
    expect(() => clients.get('1')).toThrow('The app has no simulated client with the id "1".');
    clients.clear();
  });

  it.for(['reset', 'close'] as const)('B6 is given up at the %s of its app', async (end) => {
    const app = createApp({ key: 'app', settings: settingsOf({}), trace: new Trace() });
    const connecting = app.hostedClients.connect('ann', new URL(await listenInSilence()));
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
      if (peer.url.searchParams.get('userId') === 'ann') peer.send(connected);
      else peer.socket.close(4001, 'Not today.');
    });
  };

  it('B6 is told why', async () => {
    const address = new URL(`${await listenForAnn()}?userId=bob`);
    await expect(new HostedClients(10, bounds).connect('bob', address)).rejects.toMatchObject({
      code: 1002,
      message: 'Not today.',
    });
  });

  it('B6 takes no room', async () => {
    const address = await listenForAnn();
    const clients = new HostedClients(1, bounds);
    await clients.connect('bob', new URL(`${address}?userId=bob`)).catch(() => {});
    const ann = await clients.connect('ann', new URL(`${address}?userId=ann`));
    clients.clear();
    expect(ann.userId).toBe('ann');
  });
});

it('B6 clients have ids of their own, whoever asked first', async () => {
  const address = new URL(await listen((peer) => peer.send(connected)));
  const clients = new HostedClients(10, bounds);
  const all = await Promise.all(['ann', 'ann', 'ann'].map((userId) => clients.connect(userId, address)));
  expect(all.map(({ id }) => id)).toEqual(['1', '2', '3']);
  clients.clear();
});
