import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { callSim, readAnswer } from '../../client-sim/cli/sim-call.ts';
import { whileCollecting } from '../fixtures/garbage.ts';

/** Calls a server that answers so, which is there until the test ends. */
async function callTo(answer: RequestListener, timeoutMs?: number) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failure = await whileCollecting(
    callSim({ url }, '/sim/publish', readAnswer({ url }), {}, timeoutMs).catch((error: Error) => error),
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
] as [string, RequestListener][])('B7 %s is told as such', async (_, answer) => {
  expect(await callTo(answer)).toBe('Failure: The answer of the simulator at URL is not a JSON object.');
});

it('B7 an answer of another server is told as such', async () => {
  expect(await callTo((_, response) => response.end('{}'))).toBe(
    'Failure: The server at URL is not a simulator.',
  );
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
    'Failure: The connection to URL was lost before the answer was complete. The request may have been carried out.',
  );
});

it('B7 a refusal is told', async () => {
  const refusal = '{"code":1002,"errorMessage":"No."}';
  const outcome = callTo((_, response) => response.writeHead(400, simulator).end(refusal));
  expect(await outcome).toBe('Failure: Refused with 1002: No.');
});
