import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiError } from '../core/api-error.ts';
import type { ErrorBody } from '../protocol/error-codes.ts';
import { version } from '../version.ts';

export const jsonType = 'application/json;charset=UTF-8';

type Refusal = Pick<ApiError, 'code' | 'status' | 'message'>;

/** The path of a request without its query, as the service repeats it in `url`. */
export function pathOf({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  return url.split('?', 1)[0]!;
}

/** The body of a refusal (A5). */
export function errorBody({ code, message }: Refusal, url: string): string {
  return JSON.stringify({ code, errorMessage: message, url } satisfies ErrorBody);
}

/** Refuses what the HTTP server cannot answer, such as broken HTTP or an upgrade, and ends the connection. */
export function refuseRaw(
  socket: Duplex,
  refusal: Refusal,
  url: string,
  headers: Record<string, string> = {},
): void {
  if (!socket.writable) return;
  const body = errorBody(refusal, url);
  const head = {
    'X-Status-Sim': version,
    'Content-Type': jsonType,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...headers,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  socket.on('error', () => {}); // the connection ends either way
  // A client that keeps its half open would keep the server from closing.
  socket.once('finish', () => socket.destroy());
  socket.end([`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`, ...lines, '', body].join('\r\n'));
}
