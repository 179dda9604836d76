import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { app, it as base } from '../fixtures/simulator.ts';

const host = 'Host: localhost\r\n';
const last = `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;

const it = base
  /** Sends this, and reads until the server closes; the client keeps its half open. */
  .extend('exchange', ({ simulator }) => async (bytes: string) => {
    const { hostname, port } = new URL(simulator.url);
    const socket = connectSocket(Number(port), hostname);
    socket.write(bytes);
    return text(socket);
  });

const upgrading = `GET /healthz HTTP/1.1\r\n${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`;
const plain = `GET /sim/presence HTTP/1.1\r\n${host}\r\n`;
const oks = (answer: string) => answer.match(/HTTP\/1\.1 200 OK/g)?.length;

it('B6.5 HEAD of the trace is answered by its head alone, and the next request follows', async ({
  exchange,
}) => {
  const answer = await exchange(`HEAD /sim/trace HTTP/1.1\r\n${host}\r\n${last}`);
  expect(oks(answer)).toBe(2);
  expect(answer.split('\r\n\r\n')[0]).toMatch(/^Content-Type: text\/event-stream/m);
});

it('A5 what nobody can meet of Expect gets 417, in the shape of every error', async ({ exchange }) => {
  const answer = await exchange(
    `POST /sim/publish HTTP/1.1\r\n${host}Expect: bogus\r\nX-Request-Id: mine\r\nContent-Length: 2\r\n\r\n{}${last}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 417 /);
  expect(answer).toMatch(/^X-Request-Id: mine\r$/m);
  expect(answer).toContain(
    '{"code":1002,"errorMessage":"The header Expect says \\"bogus\\", and only 100-continue can be met.","url":"/sim/publish"}',
  );
  expect(oks(answer)).toBe(1);
});

it('A5 CONNECT gets 405, in the shape of every error', async ({ exchange }) => {
  const answer = await exchange('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  expect(answer).toMatch(/^Allow: GET, HEAD, POST, PUT, DELETE\r$/m);
  expect(answer).toContain(
    '{"code":405,"errorMessage":"The method must be one of GET, HEAD, POST, PUT, DELETE.","url":"example.com:443"}',
  );
});

const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';
it.for([
  ['a request', '/healthz', ''],
  ['a handshake', '/connect?userId=bob', `${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`],
])('A5 two hosts get 400, as RFC 9112 has it: %s', async ([, path, more], { exchange }) => {
  const twice = `GET ${path} HTTP/1.1\r\n${host}hOST: localhost\r\n${more}`;
  const answer = await exchange(`${twice}\r\n${more === '' ? last : ''}`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('{"code":1002,"errorMessage":"The header Host was sent twice."');
});

describe('with an app', () => {
  it.override('options', { apps: [app] });

  it('A5 a host that is none gets 400', async ({ exchange }) => {
    const answer = await exchange(`GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n${last}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(oks(answer)).toBe(1);
  });
});

it.for([
  ['fifty requests that ask for HTTP/2', upgrading.repeat(50), 50],
  ['requests that do and that do not', (plain + upgrading + plain).repeat(10), 30],
] as const)('A5 all that is pipelined is answered: %s', async ([, requests, count], { exchange }) => {
  const warnings: string[] = [];
  const warned = ({ name }: Error) => warnings.push(name);
  process.on('warning', warned);
  expect(oks(await exchange(requests + last))).toBe(count + 1);
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

it('A5 nothing behind the last request of a connection is answered', async ({ exchange }) => {
  expect(oks(await exchange(last + upgrading))).toBe(1);
});

it('a client that goes while its answers are still to come does no harm', async ({
  simulator,
  postJson,
  exchange,
}) => {
  const { body } = await postJson('/sim/clients', { userId: 'bob' });
  const { id } = body as unknown as { id: string };
  const { hostname, port } = new URL(simulator.url);
  const socket = connectSocket(Number(port), hostname);
  const wait = `GET /sim/clients/${id}/inbox?waitMs=60000 HTTP/1.1\r\n${host}\r\n`;
  socket.write(wait + upgrading);
  socket.resetAndDestroy();
  expect(oks(await exchange(last))).toBe(1);
});
