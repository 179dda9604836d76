import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { app, form, formType, it, publishPath, signedHeaders, typing } from '../fixtures/simulator.ts';

/** What Java's HttpClient sends with the first request of a connection. */
const upgradeToHttp2 = {
  Connection: 'Upgrade, HTTP2-Settings',
  Upgrade: 'h2c',
  'HTTP2-Settings': 'AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
};

it('a publish that asks for HTTP/2 is answered as plain HTTP', async ({ publish }) => {
  const { status, body } = await publish({}, upgradeToHttp2);
  expect([status, body]).toMatchObject([200, { code: 200, messageUIDs: [{ userId: 'bob' }] }]);
});

it('a publish that asks for HTTP/2 arrives whole, however large', async ({ publish, connect }) => {
  const bob = await connect('bob');
  const content = '猫'.repeat(43_690);
  await publish({ objectName: 'app:mood', content }, upgradeToHttp2);
  await expect(bob.next()).resolves.toMatchObject({ content });
});

it('a request without a body that asks for HTTP/2 is answered as plain HTTP', async ({ send }) => {
  const { status } = await send('/healthz', { method: 'GET', headers: upgradeToHttp2 });
  expect(status).toBe(200);
});

it('the address of WebSocket is no page for who asks for HTTP/2', async ({ send }) => {
  const { status } = await send('/connect?userId=bob', { method: 'GET', headers: upgradeToHttp2 });
  expect(status).toBe(404);
});

it('the connection serves further requests', async ({ simulator }) => {
  const { hostname, port } = new URL(simulator.url);
  const socket = connectSocket(Number(port), hostname);
  const upgrade = Object.entries(upgradeToHttp2).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n${upgrade.join('')}\r\n`);
  await once(socket, 'readable');
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect((await text(socket)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
});

it('a request behind the first one in the same packet is answered, too', async ({ simulator }) => {
  const { hostname, port } = new URL(simulator.url);
  const socket = connectSocket(Number(port), hostname);
  const body = form(typing);
  const headers = {
    Host: 'localhost',
    'Content-Type': formType,
    'Content-Length': body.length,
    ...upgradeToHttp2,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const second = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  socket.write(`POST ${publishPath} HTTP/1.1\r\n${lines.join('')}\r\n${body}${second}`);
  expect((await text(socket)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
});

describe('with an app', () => {
  it.override('options', { apps: [app] });

  it('a signed publish that asks for HTTP/2 keeps its headers', async ({ publish }) => {
    const { status } = await publish({}, { ...signedHeaders(app), ...upgradeToHttp2 });
    expect(status).toBe(200);
  });

  it('B3.10 an unsigned publish that asks for HTTP/2 is refused like any other', async ({ publish }) => {
    const { status, body } = await publish({}, { 'App-Key': app.key, ...upgradeToHttp2 });
    expect([status, body.code]).toEqual([401, 1004]);
  });
});
