import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { createTestHttpServer } from '../fixtures/http-server.ts';
import { it as base } from '../fixtures/raw-session.ts';
import { apiDocument } from '../http/documented.ts';
import { form, frame, headerText, json, query } from './inputs.ts';
import { holds, timeout } from './runs.ts';

const app = { key: 'one', secret: 'secr' };
/** Those that have no end, or need a socket of their own. */
const apart = new Set(['/sim/trace', '/sim/clients']);
const paths = Object.keys(apiDocument.paths)
  .filter((path) => !apart.has(path))
  .map((path) => path.replace(/\{\w+\}/g, 'x'));

const path = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...paths) },
  { weight: 1, arbitrary: fc.webPath().map((any) => `/${any}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '//',
      '/%',
      '/%ff',
      '/..%2f',
      '/sim/presence/%00',
      `/sim/presence/${'x'.repeat(200)}`,
    ),
  },
);
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('POST', 'GET', 'PUT', 'DELETE') },
  { weight: 1, arbitrary: fc.constantFrom('PATCH', 'HEAD', 'OPTIONS') },
);
const type = fc.constantFrom(
  'application/x-www-form-urlencoded',
  'application/json',
  'application/json;charset=x',
  'text/plain',
  '',
);
const headerName = fc.constantFrom(
  'app-key',
  'rc-app-key',
  'nonce',
  'signature',
  'timestamp',
  'x-request-id',
  'authorization',
  'origin',
  'accept',
);
const headers = fc.dictionary(headerName, headerText, { maxKeys: 4 });
const payload = fc.oneof(
  form,
  json.map((value) => Buffer.from(JSON.stringify(value))),
  fc.constant(undefined),
);

describe.each([
  { how: 'open', options: { recipientsPerMinute: 2000 } },
  { how: 'with an app', options: { apps: [app], adminToken: 'let-me-in' } },
])('a server that is $how', ({ options }) => {
  base('A5 any request is answered, or refused in the usual shape', { timeout }, async () => {
    const server = createTestHttpServer(options);
    const signed = fc.boolean();
    const property = fc.asyncProperty(
      fc.tuple(method, path, query, type, headers, payload, signed),
      async ([verb, url, search, contentType, given, body, admin]) => {
        const answer = await server.inject({
          method: verb as 'GET',
          url: search === '' ? url : `${url}?${encodeURI(search.replace(/[\ud800-\udfff]/g, ''))}`,
          headers: {
            host: 'localhost',
            ...(contentType === '' ? {} : { 'content-type': contentType }),
            ...(admin ? { authorization: 'Bearer let-me-in', 'app-key': app.key } : {}),
            ...given,
          },
          ...(body === undefined ? {} : { payload: body }),
        });
        expect(answer.headers['x-status-sim']).toMatch(/^\d/);
        if (answer.statusCode < 400 || verb === 'HEAD') return;
        const { code, errorMessage, url: named, ...rest } = answer.json();
        expect([typeof code, typeof errorMessage, typeof named, rest]).toEqual([
          'number',
          'string',
          'string',
          {},
        ]);
        expect(code).not.toBe(1000);
      },
    );
    await holds('requests', property);
    await server.close();
  });
});

const it = base.extend('options', {
  requestTimeoutMs: 500,
  upstreamPerSecond: Infinity,
  recipientsPerMinute: Infinity,
});

const request =
  'POST /sim/publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{"fromUserId":"bob"}';
const upgrade =
  'GET /connect?userId=bob HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** A request with some bytes left out and others put in, or noise. */
const brokenBytes = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(request, upgrade), fc.nat(250), fc.nat(20), fc.uint8Array({ maxLength: 10 }))
      .map(([whole, at, cut, added]) => {
        const bytes = Buffer.from(whole);
        return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + cut)]);
      }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

it('B3.8 any bytes are answered or let go, and the server goes on', { timeout }, async ({
  simulator,
  connect,
}) => {
  const { hostname, port } = new URL(simulator.url);
  const property = fc.asyncProperty(brokenBytes, async (bytes) => {
    const socket = connectSocket(Number(port), hostname);
    socket.on('error', () => {});
    const answered = text(socket).catch(() => '');
    socket.end(bytes);
    expect(await answered).toMatch(/^$|^HTTP\/1\.1 \d/);
  });
  await holds('bytes', property);
  await expect(connect('carol')).resolves.toMatchObject({ userId: 'carol' });
});

/** Bytes of WebSocket: frames whole or broken, with any opcode. */
const wsBytes = fc
  .tuple(fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 40 }))
  .map(([first, second, rest]) => Buffer.from([first, second, ...rest]));

it('B5.10 any frames end a session in order, or leave it, and the server goes on', { timeout }, async ({
  simulator,
  openRaw,
  connect,
}) => {
  const property = fc.asyncProperty(fc.array(frame, { maxLength: 20 }), wsBytes, async (frames, bytes) => {
    const session = await openRaw('alice');
    for (const each of frames) session.send(each);
    await session.settle();
    const { _socket: socket } = session.socket as unknown as { _socket: { end(bytes: Buffer): void } };
    socket.end(bytes);
    expect(await session.closed).toBeGreaterThanOrEqual(1000);
  });
  await holds('sessions', property);
  await expect(connect('carol')).resolves.toMatchObject({ userId: 'carol' });
  expect(simulator.presence('alice').online).toBe(false);
});
