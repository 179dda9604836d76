import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { ErrorBody } from '../../server/protocol/error-codes.ts';
import { timeLimit } from '../time-limit.ts';
import { Failure } from './failure.ts';
import { invocation } from './invocation.ts';
import type { Target } from './target.ts';

/**
 * Calls the simulator: posts `body`, as JSON or as a form, or gets when there is none. `read` gets the answer as it begins,
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
  headers = headersOf(target),
): Promise<T> {
  const url = new URL(target.url + path);
  const isSecure = url.protocol === 'https:';
  const { request } = isSecure ? https : http;
  const call = request(url, { method: body ? 'POST' : 'GET', headers });
  let isConnected = false;
  call.once('socket', (socket) => {
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      isConnected = true;
    });
  });
  call.end(body instanceof URLSearchParams ? String(body) : body && JSON.stringify(body));
  let isLate = false;
  const callOff = timeLimit(timeoutMs, () => {
    isLate = true;
    call.destroy();
  });
  try {
    const [answer] = await once(call, 'response');
    await checkAnswer(answer, target);
    return await read(answer);
  } catch (error) {
    if (isLate) throw new Failure(`No answer came from ${target.url} within ${timeoutMs} ms.`);
    if (error instanceof Failure) throw error;
    throw isConnected ? lostAnswer(target) : noSimulator(target.url);
  } finally {
    callOff();
  }
}

/** The whole answer, for `callSim` to read with. @throws Failure when it is not a JSON object */
export function readAnswer<T extends object>(target: Target): (answer: IncomingMessage) => Promise<T> {
  return async (answer) => parseAnswer(await text(answer), target) as T;
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

/** @throws Failure when it is a refusal, or nothing of a simulator's */
async function checkAnswer(answer: IncomingMessage, target: Target): Promise<void> {
  if (answer.headers['x-status-sim'] === undefined) {
    throw new Failure(`The server at ${target.url} is not a simulator.`);
  }
  if (answer.statusCode === 200) return;
  const { code, errorMessage } = await readAnswer<ErrorBody>(target)(answer);
  throw new Failure(`Refused with ${code}: ${errorMessage}`);
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
