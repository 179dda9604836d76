import { once } from 'node:events';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { connectClient } from '../../client-sim/index.ts';
import { type SimulatorOptions, startSimulator } from '../../server/index.ts';
import { app, it as base, form, signedHeaders } from '../fixtures/simulator.ts';

const it = base
  .extend('options', { apps: [app] } as SimulatorOptions)
  /** A token for alice, asked for at this host. */
  .extend('tokenAt', ({ postForm }) => async (Host?: string) => {
    const headers = { ...signedHeaders(app), ...(Host === undefined ? {} : { Host }) };
    const { body } = await postForm('/user/getToken.json', { userId: 'alice', name: 'A name' }, headers);
    return body.token;
  })
  /** What the client is told of where to connect. */
  .extend('navigate', ({ simulator }) => async (headers: Record<string, string> = {}) => {
    const body = form({ token: 'none', v: '5.38.0', platfrom: 'web' });
    const type = 'Application/x-www-form-urlencoded'; // as the client spells it
    const init = { method: 'POST', headers: { 'Content-Type': type, ...headers }, body };
    return fetch(`${simulator.url}/v2/navi.json?cloud=0`, init);
  });

const foreign = { Origin: 'http://elsewhere.test' };

describe('a token', () => {
  it('C1 ends in the address that its caller has used', async ({ simulator, tokenAt }) => {
    expect((await tokenAt()).split('@')[1]).toBe(simulator.url);
  });

  it.for(['localhost:4747', 'sim.test', '[::1]:4747'])(
    'C1 asked for at %s it names that',
    async (host, { tokenAt }) => {
      expect((await tokenAt(host)).split('@')[1]).toBe(`http://${host}`);
    },
  );

  it.for(['', 'sim.test:99999', 'sim.test;other.test'])(
    'C1 asked for at "%s" it names where the simulator listens',
    async (host, { simulator, tokenAt }) => {
      expect((await tokenAt(host)).split('@')[1]).toBe(simulator.url);
    },
  );

  it('C1 of the embedded simulator ends in its address', ({ simulator }) => {
    expect(simulator.app().token('alice').split('@')[1]).toBe(simulator.url);
  });

  it('C1 lets its user in with the address and without it', async ({ connect, tokenAt }) => {
    const token = await tokenAt();
    for (const each of [token, token.split('@')[0]!]) {
      await expect(connect({ token: each, appKey: app.key })).resolves.toMatchObject({ userId: 'alice' });
    }
  });

  it.for(['', 'http://127.0.0.1', 'http://elsewhere.test:80'])(
    'C1 with the address "%s" in place of its own is refused',
    async (address, { connect, tokenAt }) => {
      const token = `${(await tokenAt()).split('@')[0]}@${address}`;
      await expect(connect({ token, appKey: app.key })).rejects.toMatchObject({ closeCode: 4001 });
    },
  );
});

describe('a token where clients have another address', () => {
  it.override('options', { apps: [app], publicUrl: 'https://sim.test' });

  it('C1 names that one', async ({ tokenAt }) => {
    expect((await tokenAt('localhost')).split('@')[1]).toBe('https://sim.test');
  });

  it('C2 the navigation does so, too, and says that it is secure', async ({ navigate }) => {
    expect(await (await navigate()).json()).toMatchObject({
      serverAddr: [{ addr: 'sim.test', protocol: 6 }],
      server: 'sim.test',
    });
  });
});

describe('navigation with the option `stored`', () => {
  it.override('options', { stored: 'online' });

  it('C2 tells the client that there is no history to ask for', async ({ navigate }) => {
    expect(await (await navigate()).json()).toMatchObject({ code: 200, openHistoryMsg: 0 });
  });
});

describe('navigation', () => {
  it('C2 tells the client where to connect', async ({ simulator, navigate }) => {
    const addr = new URL(simulator.url).host;
    const answer = await navigate();
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        code: 200,
        serverAddr: [{ addr, protocol: 5, weight: 1 }],
        server: addr,
        backupServer: '',
        logSwitch: 0,
      },
    ]);
  });

  it('C2 tells an older client so by a script', async ({ simulator }) => {
    const answer = await fetch(
      `${simulator.url}/navi.js?appId=key&token=none&callBack=getServerEndpoint&v=5.7.3`,
    );
    const [, told] = /^getServerEndpoint\((.*)\)$/.exec(await answer.text())!;
    expect(JSON.parse(told!)).toMatchObject({ code: 200, server: new URL(simulator.url).host });
  });

  it.for(['', 'alert(1)//', 'a'.repeat(101)])(
    'C2 writes no script with the function "%s"',
    async (name, { send }) => {
      const answer = await send(`/navi.js?callBack=${encodeURIComponent(name)}`, { method: 'GET' });
      expect(answer).toMatchObject({ status: 400, body: { code: 1002 } });
    },
  );

  it('C2 tells the oldest that it is there', async ({ simulator }) => {
    const answer = await fetch(`${simulator.url}/ping?r=0.5`);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it.for(['/v2/navi.json', '/navi.js', '/ping'])(
    'C2 pages of other origins may ask %s',
    async (path, { simulator }) => {
      const headers = { ...foreign, 'Access-Control-Request-Headers': 'content-type,rc-appkey,rc-negotiate' };
      const { status, headers: allowed } = await fetch(`${simulator.url}${path}`, {
        method: 'OPTIONS',
        headers,
      });
      expect([status, allowed.get('access-control-allow-origin')]).toEqual([204, '*']);
      expect(allowed.get('access-control-allow-headers')).toBe('Content-Type, RC-Appkey, RC-Negotiate');
    },
  );
});

describe('navigation in open mode', () => {
  it.override('options', {});

  it('C2 answers pages of this machine', async ({ navigate }) => {
    const { status, headers } = await navigate({ Origin: 'http://localhost:5173' });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:5173']);
  });

  it('C2 B4.5 answers no others', async ({ navigate }) => {
    const { status, headers } = await navigate(foreign);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, null]);
  });
});

describe('switched off', () => {
  it.override('options', { imlib: false });

  it('C1 tokens have no address', async ({ simulator, postForm }) => {
    const { body } = await postForm('/user/getToken.json', { userId: 'alice', name: 'A name' });
    expect([body.token, simulator.app().token('alice')].join()).not.toContain('@');
  });

  it('C1 a token of one that is on lets in, too', async ({ simulator }) => {
    await using on = await startSimulator();
    const token = on.app().token('alice');
    await using client = await connectClient(simulator.wsUrl, { token });
    expect(client.userId).toBe('alice');
  });

  it.for(['/v2/navi.json', '/navi.js', '/ping'])('C2 %s is no call', async (path, { send }) => {
    const { status } = await send(path, { method: path === '/v2/navi.json' ? 'POST' : 'GET' });
    expect(status).toBe(404);
  });

  it('C3 nobody connects at /websocket', async ({ simulator }) => {
    const socket = new WebSocket(simulator.wsUrl.replace('/connect', '/websocket'));
    const [, answer] = await once(socket, 'unexpected-response');
    expect(answer.statusCode).toBe(404);
    socket
      .removeAllListeners()
      .on('error', () => {})
      .terminate();
  });
});

it.for(['sim.test', 'ftp://sim.test', 'https://sim.test/path', 'https://a;b', 'https://u@sim.test'])(
  '%s is no public URL',
  async (publicUrl) => {
    await expect(startSimulator({ publicUrl })).rejects.toThrow(RangeError);
  },
);
