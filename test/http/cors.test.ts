import { once } from 'node:events';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { createTestHttpServer } from '../fixtures/http-server.ts';
import { app, exchangeRaw, formType, it, publishPath, signedHeaders, typing } from '../fixtures/simulator.ts';

const origin = 'http://localhost:5173';
const page = { Origin: origin };
const foreign = { Origin: 'http://evil.test' };
const asking = { 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'app-key,x-mine' };

const json = (body: object) => ({
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

const corsOf = (headers: object) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control-.*|vary)$/.test(name)));

const byName = {
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'Retry-After, X-Request-Id, X-Status-Sim',
  vary: 'Origin',
};

const calls = [
  [200, 'GET', '/sim/presence'],
  [200, 'GET', '/healthz'],
  [200, 'GET', '/docs/json'],
  [400, 'POST', '/statusmessage/private/publish.json'],
  [400, 'PUT', '/sim/faults'],
  [404, 'GET', '/no-such-path'],
  [404, 'GET', '/%zz'],
  [405, 'GET', '/user/getToken.json'],
  [430, 'POST', '/message/private/publish.json'],
] as const;

it.for(calls)(
  'B14.1 a page of this machine reads the %i of %s %s',
  async ([status, method, path], { send }) => {
    const answer = await send(path, { method, headers: page });
    expect([answer.status, corsOf(answer.headers)]).toEqual([status, byName]);
  },
);

it.for(calls)(
  'B14.1 who names no origin gets no header with the %i of %s %s',
  async ([, method, path], { send }) => {
    expect(corsOf((await send(path, { method })).headers)).toEqual({});
  },
);

it.for(calls)(
  'B14.1 another origin is refused without a header instead of %i of %s %s',
  async ([, method, path], { send }) => {
    const { status, headers } = await send(path, { method, headers: foreign });
    expect([status, corsOf(headers)]).toEqual([401, {}]);
  },
);

it('B14.1 a page reads what the server refuses before it reads the body', async ({ send }) => {
  const headers = { ...page, 'Content-Type': 'text/plain', 'Content-Length': 3_000_000 };
  const { status, headers: given } = await send('/sim/publish', { headers });
  expect([status, corsOf(given)]).toEqual([400, byName]);
});

it('B14.1 a page reads why its upgrade is refused', async ({ simulator }) => {
  const lines = ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', `Origin: ${origin}`, '', ''];
  for (const path of ['/connect', '/no-such-path']) {
    const answer = await exchangeRaw(simulator.url, [`GET ${path} HTTP/1.1`, ...lines].join('\r\n'));
    expect(answer).toContain(`\r\nAccess-Control-Allow-Origin: ${origin}\r\n`);
  }
});

it.for([...new Set(calls.map(([, , path]) => path)), '/connect', '/v2/navi.json'])(
  'B14.2 a browser may ask whether a page may call %s',
  async (path, { simulator }) => {
    const { status, headers } = await fetch(simulator.url + path, {
      method: 'OPTIONS',
      headers: { ...page, ...asking },
    });
    expect([status, corsOf(Object.fromEntries(headers))]).toEqual([
      204,
      {
        ...byName,
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
        'access-control-allow-headers': 'app-key,x-mine',
        'access-control-max-age': '7200',
      },
    ]);
  },
);

it('B14.2 a page of another origin is not told what it may', async ({ send }) => {
  const answer = await send('/sim/publish', { method: 'OPTIONS', headers: { ...foreign, ...asking } });
  expect([answer.status, corsOf(answer.headers)]).toEqual([401, {}]);
});

it('B14.2 OPTIONS without that question is a wrong method', async ({ send }) => {
  expect(await send('/sim/publish', { method: 'OPTIONS', headers: page })).toMatchObject({ status: 405 });
});

it('B14.3 an image on a page of another site is not answered', async ({ send }) => {
  const headers = { 'Sec-Fetch-Site': 'cross-site' };
  expect(await send('/sim/presence', { method: 'GET', headers })).toMatchObject({
    status: 401,
    body: { code: 1007, errorMessage: expect.stringContaining('Sec-Fetch-Site') },
  });
});

describe('with apps', () => {
  it.override('options', { apps: [app], adminToken: 'secret', allowOrigins: ['https://app.test'] });

  it.for([origin, 'https://app.test'])(
    'B14.1 a page of %s reads answers and refusals',
    async (from, { send, publish }) => {
      const headers = { Origin: from };
      const answers = [
        await publish({}, { ...headers, ...signedHeaders(app) }),
        await send('/sim/presence', { method: 'GET', headers }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 401]);
      for (const answer of answers)
        expect(answer.headers).toMatchObject({ 'access-control-allow-origin': from });
    },
  );

  it('B14.2 a browser asks without the admin token', async ({ simulator }) => {
    const headers = { ...page, ...asking };
    const { status } = await fetch(`${simulator.url}/sim/faults`, { method: 'OPTIONS', headers });
    expect(status).toBe(204);
  });

  it('B14.1 who signs from elsewhere is answered, and the page cannot read it', async ({ publish }) => {
    const { status, headers } = await publish({}, { ...foreign, ...signedHeaders(app) });
    expect([status, corsOf(headers)]).toEqual([200, {}]);
  });
});

describe('apps that there are not', () => {
  it.override('options', {});

  const reads = ['presence', 'presence/bob', 'clock', 'faults', 'clients', 'signature'];

  it('B14.4 ten thousand looks at apps that there are not make none', async ({ onTestFinished }) => {
    const server = createTestHttpServer();
    onTestFinished(() => server.close());
    await server.inject({ method: 'POST', url: '/sim/reset?appKey=one' });
    const apps = async () => (await server.inject('/sim/apps')).json();
    const before = await apps();
    for (let count = 0; count < 10_000; count++) {
      const { statusCode } = await server.inject(`/sim/${reads[count % reads.length]}?appKey=key-${count}`);
      expect(statusCode).toBe(200);
    }
    expect([before.apps.length, await apps()]).toEqual([1, before]);
  });

  it.for(reads)(
    'B14.4 GET /sim/%s of an app there is none of answers as a new one does',
    async (path, { simulator }) => {
      const look = async (key: string) => {
        const text = await (await fetch(`${simulator.url}/sim/${path}?appKey=${key}`)).text();
        return text.replace(key, 'KEY').replace(/\d{13}/, 'NOW');
      };
      const unmade = await look('one');
      simulator.app('two');
      expect(unmade).toBe(await look('two'));
    },
  );

  it('B14.4 HEAD makes none, either', async ({ simulator, send }) => {
    await fetch(`${simulator.url}/sim/presence?appKey=one`, { method: 'HEAD' });
    expect((await send('/sim/apps', { method: 'GET' })).body).toMatchObject({ apps: [] });
  });

  it('B14.4 a trace hears of an app from its first moment on', async ({ simulator, connect, send }) => {
    const ending = new AbortController();
    const { body } = await fetch(`${simulator.url}/sim/trace?appKey=one`, ending);
    expect((await send('/sim/apps', { method: 'GET' })).body).toMatchObject({ apps: [] });
    await connect({ userId: 'bob', appKey: 'one' });
    const { value } = await body!.getReader().read();
    expect(Buffer.from(value!).toString()).toContain('"userId":"bob"');
    ending.abort();
  });

  it.for([
    ['POST', 'explain', typing],
    ['POST', 'settle'],
    ['POST', 'release'],
    ['POST', 'expect', { userId: 'bob', received: true }],
    ['DELETE', 'faults'],
    ['DELETE', 'sessions/bob'],
    ['DELETE', 'clients/1'],
    ['POST', 'clients/1/publish', typing],
  ] as const)('B14.4 %s /sim/%s makes none', async ([method, path, fields], { simulator, send }) => {
    const body = fields === undefined ? {} : json(fields);
    await fetch(`${simulator.url}/sim/${path}?appKey=one`, { method, ...body });
    expect((await send('/sim/apps', { method: 'GET' })).body).toMatchObject({ apps: [] });
  });

  it.for([
    ['POST', '/sim/publish', json({})],
    ['POST', '/sim/publish', json({ ...typing, stray: 1 })],
    ['POST', '/sim/publish', { ...json({}), body: '{' }],
    ['POST', '/sim/publish', { headers: { 'Content-Type': 'text/plain' }, body: 'x' }],
    ['PUT', '/sim/faults', json({ fault: 'freeze' })],
    ['POST', '/sim/clock', json({ action: 'stop' })],
    ['POST', '/sim/clients', json({ userId: '' })],
    ['POST', '/sim/clock', {}],
    ['POST', publishPath, {}],
    ['POST', publishPath, { headers: { 'Content-Type': formType }, body: 'fromUserId=alice' }],
    ['POST', '/group/create.json', { headers: { 'Content-Type': formType }, body: 'groupId=team' }],
    ['POST', '/chatroom/create.json', {}],
  ] as const)(
    'B14.4 %s %s with %o is refused, and makes none',
    async ([method, path, more], { simulator, send }) => {
      const headers = { 'App-Key': 'one', ...('headers' in more ? more.headers : {}) };
      const { status } = await fetch(simulator.url + path, { ...more, method, headers });
      expect([status >= 400, (await send('/sim/apps', { method: 'GET' })).body]).toEqual([
        true,
        { code: 200, apps: [] },
      ]);
    },
  );

  it.for([
    '/connect?appKey=one',
    '/connect?appKey=one&token=x',
    '/connect?appKey=one&userId=bob&platform=x',
    '/websocket?appId=one&token=x&protocolVer=3',
  ])('B14.4 a login at %s is refused, and makes none', async (path, { simulator, send }) => {
    const socket = new WebSocket(new URL(path, simulator.wsUrl));
    const [code] = await once(socket, 'close');
    expect([code, (await send('/sim/apps', { method: 'GET' })).body]).toEqual([
      4001,
      { code: 200, apps: [] },
    ]);
  });

  it('B14.4 one that is used stays, whatever else is refused there', async ({ connect, send, postJson }) => {
    await connect({ userId: 'bob', appKey: 'one' });
    await postJson('/sim/publish', {}, { 'App-Key': 'one' });
    await postJson('/sim/publish', typing, { 'App-Key': 'two' });
    await postJson('/sim/publish', {}, { 'App-Key': 'two' });
    const { body } = await send('/sim/apps', { method: 'GET' });
    expect(body).toMatchObject({ apps: [{ appKey: 'one', online: 1 }, { appKey: 'two' }] });
  });

  it('B14.4 an App-Key that is none is refused all the same', async ({ send }) => {
    const answer = await send(`/sim/presence?appKey=${'k'.repeat(65)}`, { method: 'GET' });
    expect(answer).toMatchObject({ status: 400, body: { code: 1002 } });
  });
});
