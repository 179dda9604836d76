import { describe, expect } from 'vitest';
import { app, exchangeRaw, it, signedHeaders } from '../fixtures/simulator.ts';

const page = { Origin: 'http://evil.test' };
const rebound = { Host: 'evil.test:4747' };
const handshake = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

function upgrade(headers: Record<string, string>): string {
  const lines = Object.entries({ ...handshake, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return ['GET /connect?userId=bob HTTP/1.1', ...lines, '', ''].join('\r\n');
}

const statusOf = (answer: string) => answer.slice(9, 12);
const bodyOf = (answer: string) => JSON.parse(answer.split('\r\n\r\n')[1]!);

it('B4.5 a page of another origin cannot publish', async ({ connect, publish }) => {
  const bob = await connect('bob');
  const { status, body } = await publish({}, page);
  await bob.settle();
  expect({ status, body, received: bob.received }).toEqual({
    status: 401,
    body: {
      code: 1007,
      errorMessage: expect.stringContaining('--allow-origin'),
      url: '/statusmessage/private/publish.json',
    },
    received: [],
  });
});

const paths = ['/', '/healthz', '/metrics', '/docs', '/sim/presence', '/sim/trace', '/no-such-path'];

it.for(paths)('B4.5 a page that goes by a name of its own cannot read %s', async (path, { send }) => {
  const { status, body } = await send(path, { method: 'GET', headers: rebound });
  expect({ status, body }).toMatchObject({
    status: 401,
    body: { code: 1007, errorMessage: expect.stringContaining('--allow-host'), url: path },
  });
});

it.for([page, { Origin: 'null' }, rebound])(
  'B4.5 an upgrade with %o is refused',
  async (headers, { simulator }) => {
    const answer = await exchangeRaw(simulator.url, upgrade(headers));
    expect([statusOf(answer), bodyOf(answer).code, bodyOf(answer).url]).toEqual(['401', 1007, '/connect']);
    expect(answer).toMatch(/\r\nX-Status-Sim: \d/);
    expect((await simulator.presence('bob')).online).toBe(false);
  },
);

it('B4.5 a page of this machine may connect from any port', async ({ simulator }) => {
  const answer = await exchangeRaw(simulator.url, upgrade({ Origin: 'http://localhost:3000' }));
  expect(statusOf(answer)).toBe('101');
});

it('B4.5 a request that is put back into HTTP is looked at, too', async ({ publish }) => {
  const upgradeToHttp2 = { Connection: 'Upgrade', Upgrade: 'h2c' };
  expect(await publish({}, { ...upgradeToHttp2, ...page })).toMatchObject({ status: 401 });
});

it('B3.8 a request of HTTP/1.1 without a host is refused in the usual shape', async ({ simulator }) => {
  const answer = await exchangeRaw(simulator.url, 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect([statusOf(answer), bodyOf(answer)]).toEqual([
    '400',
    { code: 1002, errorMessage: 'The header Host is required.', url: '/healthz' },
  ]);
});

it('B4.5 a refusal is told to whoever traces', async ({ simulator, publish }) => {
  const refused: unknown[] = [];
  simulator.on('refused', ({ code, errorMessage }) => refused.push([code, errorMessage]));
  await publish({}, page);
  expect(refused).toEqual([[1007, expect.stringContaining('http://evil.test')]]);
});

describe('with allowed names', () => {
  it.override('options', { allowHosts: ['sim.test'], allowOrigins: ['http://app.test'] });

  it('B4.5 a page of an allowed origin publishes', async ({ publish }) => {
    const headers = { Host: 'sim.test:4747', Origin: 'http://app.test' };
    expect(await publish({}, headers)).toMatchObject({ status: 200 });
  });
});

describe('with apps', () => {
  it.override('options', { apps: [app] });

  it('B4.5 who can sign may come by any name', async ({ publish }) => {
    const headers = { ...signedHeaders(app), ...rebound, ...page };
    expect(await publish({}, headers)).toMatchObject({ status: 200 });
  });
});

describe('with tokens that expire', () => {
  it.override('options', { apps: [app], tokenTtlMs: 60_000 });

  const token = async (simulator: { app(key: string): { token(userId: string): string } }) =>
    simulator.app(app.key).token('bob');

  it('B4.4 a token is good up to its last millisecond', async ({ simulator, connect }) => {
    const bob = await token(simulator);
    const { clock } = simulator.app(app.key);
    clock.freeze(clock.read().now);
    await clock.advance(59_000);
    await expect(connect({ token: bob, appKey: app.key })).resolves.toMatchObject({ userId: 'bob' });
  });

  it('B4.4 a token that has expired gets 4001, and says so', async ({ simulator, connect }) => {
    const bob = await token(simulator);
    const { clock } = simulator.app(app.key);
    await clock.advance(60_001);
    await expect(connect({ token: bob, appKey: app.key })).rejects.toMatchObject({
      closeCode: 4001,
      reason: 'The token has expired: get a new one from /user/getToken.json.',
    });
  });

  it('B4.4 a session outlives the token it logged in with', async ({ simulator, login }) => {
    const bob = await login('bob');
    await simulator.app(app.key).clock.advance(60_001);
    await expect(bob.settle()).resolves.toBeUndefined();
  });
});
