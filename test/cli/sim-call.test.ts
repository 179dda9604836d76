import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { callSim } from '../../client-sim/cli/sim-call.ts';
import { whileCollecting } from '../fixtures/garbage.ts';

/** Calls a server that answers so, which is there until the test ends. */
async function callTo(answer: RequestListener, timeoutMs?: number) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failure = await whileCollecting(
    callSim({ url }, '/sim/publish', readJson, {}, timeoutMs).catch((error: Error) => error),
  );
  return String(failure).replace(url, 'URL');
}

const simulator = { 'X-Status-Sim': '0.1.0' };

it('B7 nobody is waited for who accepts and does not answer', async () => {
  expect(await callTo(() => {}, 300)).toBe('Failure: No answer came from URL within 300 ms.');
});

it('B7 an answer that stops in the middle is not waited for', async () => {
  const outcome = callTo((_, response) => response.writeHead(200, simulator).write('{"code":'), 300);
  expect(await outcome).toBe('Failure: No answer came from URL within 300 ms.');
});

it.each([
  ['an answer that is no JSON', (_, response) => response.writeHead(200, simulator).end('<html>')],
  ['a refusal that is no JSON', (_, response) => response.writeHead(502, simulator).end('<html>')],
  ['an answer of somebody else', (_, response) => response.end('{}')],
] as [string, RequestListener][])('B7 %s is no simulator', async (_, answer) => {
  expect(await callTo(answer)).toBe('Failure: What answers at URL is no simulator.');
});

it.each([
  ['before', (request) => request.socket.destroy()],
  [
    'in the middle of',
    (_, response) => {
      response.writeHead(200, simulator).write('{"code":', () => response.destroy());
    },
  ],
] as [string, RequestListener][])('B7 a connection that breaks %s the answer says so', async (_, answer) => {
  expect(await callTo(answer)).toBe(
    'Failure: The connection to URL broke before the answer was here. What became of it is unknown.',
  );
});

it('B7 a refusal is told', async () => {
  const refusal = '{"code":1002,"errorMessage":"No."}';
  const outcome = callTo((_, response) => response.writeHead(400, simulator).end(refusal));
  expect(await outcome).toBe('Failure: Refused with 1002: No.');
});
