import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { Failure } from './failure.ts';
import { invocation } from './invocation.ts';
import type { Target } from './target.ts';

/**
 * Calls the simulator under `/sim` (B6): posts `body`, or gets when there is none. Resolves when the answer begins.
 * Not by `fetch`, which ends a stream that is quiet for five minutes.
 * @throws Failure when nobody answers, or the simulator refuses
 */
export async function callSim(target: Target, path: string, body?: object): Promise<IncomingMessage> {
  const url = new URL(target.url + path);
  const isSecure = url.protocol === 'https:';
  const { request } = isSecure ? https : http;
  const call = request(url, { method: body ? 'POST' : 'GET', headers: headersOf(target) });
  let isConnected = false;
  call.once('socket', (socket) => {
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      isConnected = true;
    });
  });
  call.end(body && JSON.stringify(body));
  const [response] = await once(call, 'response').catch(() => {
    throw isConnected ? lostAnswer(target) : noSimulator(target.url);
  });
  if (response.headers['x-status-sim'] === undefined) {
    throw new Failure(`The server at ${target.url} is not a simulator.`);
  }
  if (response.statusCode === 200) return response;
  const { code, errorMessage } = await readAnswer<{ code: number; errorMessage: string }>(response, target);
  throw new Failure(`Refused with ${code}: ${errorMessage}`);
}

/** The whole answer. @throws Failure when it ends too early, or is not JSON */
export async function readAnswer<T>(response: IncomingMessage, target: Target): Promise<T> {
  const answer = await text(response).catch(() => {
    throw lostAnswer(target);
  });
  return parseAnswer(answer, target) as T;
}

/** @throws Failure when it is not a JSON object */
export function parseAnswer(answer: string, { url }: Target): object {
  try {
    const json: unknown = JSON.parse(answer);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // The same as JSON that is no object.
  }
  throw new Failure(`The answer of the simulator at ${url} is not a JSON object.`);
}

export function noSimulator(url: string): Failure {
  return new Failure(`No simulator answers at ${url}. Start one with: ${invocation} serve`);
}

function lostAnswer({ url }: Target): Failure {
  return new Failure(
    `The connection to ${url} was lost before the answer was complete. The request may have been carried out.`,
  );
}

function headersOf({ appKey, adminToken }: Target): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    ...(appKey === undefined ? {} : { 'App-Key': appKey }),
    ...(adminToken === undefined ? {} : { Authorization: `Bearer ${adminToken}` }),
  };
}
