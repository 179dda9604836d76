import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { json as readJson } from 'node:stream/consumers';
import type { ErrorBody } from '../../server/protocol/error-codes.ts';
import { timeLimit } from '../time-limit.ts';
import { Failure } from './failure.ts';
import { invocation } from './invocation.ts';
import type { Target } from './target.ts';

/**
 * Calls the simulator under `/sim` (B6): posts `body`, or gets when there is none. `read` gets the answer as it begins,
 * and what it makes of it has to be there in time, too.
 * Not by `fetch`, which ends a stream that is quiet for five minutes.
 * @throws Failure when nobody answers, or the simulator refuses
 */
export async function callSim<T>(
  target: Target,
  path: string,
  read: (answer: IncomingMessage) => T | Promise<T>,
  body?: object,
  timeoutMs = 10_000,
): Promise<T> {
  const url = new URL(target.url + path);
  const { request } = url.protocol === 'https:' ? https : http;
  const call = request(url, { method: body ? 'POST' : 'GET', headers: headersOf(target) });
  call.end(body && JSON.stringify(body));
  let isLate = false;
  const callOff = timeLimit(timeoutMs, () => {
    isLate = true;
    call.destroy();
  });
  try {
    const [answer] = await once(call, 'response');
    if (answer.statusCode !== 200 || !isSimulator(answer)) throw await refusal(answer, target.url);
    return await read(answer);
  } catch (error) {
    if (isLate) throw new Failure(`No answer came from ${target.url} within ${timeoutMs} ms.`);
    throw failureOf(error as Error, target.url);
  } finally {
    callOff();
  }
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

async function refusal(answer: IncomingMessage, url: string): Promise<Failure> {
  if (!isSimulator(answer)) return strange(url);
  const { code, errorMessage } = (await readJson(answer)) as ErrorBody;
  return new Failure(`Refused with ${code}: ${errorMessage}`);
}

function failureOf(error: NodeJS.ErrnoException, url: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof SyntaxError) return strange(url);
  if (error.code !== 'ECONNRESET') return noSimulator(url);
  return new Failure(
    `The connection to ${url} broke before the answer was here. What became of it is unknown.`,
  );
}

function strange(url: string): Failure {
  return new Failure(`What answers at ${url} is no simulator.`);
}
