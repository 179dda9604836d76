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
  const { request } = url.protocol === 'https:' ? https : http;
  const call = request(url, { method: body ? 'POST' : 'GET', headers: headersOf(target) });
  call.end(body && JSON.stringify(body));
  const [response] = await once(call, 'response').catch(() => {
    throw noSimulator(target.url);
  });
  if (response.statusCode !== 200 || !isSimulator(response)) throw await refusal(response, target.url);
  return response;
}

export function noSimulator(url: string): Failure {
  return new Failure(`No simulator answers at ${url}. Start one with: ${invocation} serve`);
}

function headersOf({ appKey, adminToken }: Target): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    ...(appKey === undefined ? {} : { 'App-Key': appKey }),
    ...(adminToken === undefined ? {} : { Authorization: `Bearer ${adminToken}` }),
  };
}

const isSimulator = (response: IncomingMessage) => response.headers['x-status-sim'] !== undefined;

async function refusal(response: IncomingMessage, url: string): Promise<Failure> {
  if (!isSimulator(response)) return new Failure(`What answers at ${url} is no simulator.`);
  const { code, errorMessage } = JSON.parse(await text(response));
  return new Failure(`Refused with ${code}: ${errorMessage}`);
}
