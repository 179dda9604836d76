import type { IncomingMessage } from 'node:http';
import { ApiError } from '../core/api-error.ts';
import { errorCodes } from '../protocol/error-codes.ts';
import { connectPath } from '../protocol/frames.ts';

/** The path of a request without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0]!;
}

export const noSuchSocket = new ApiError('notFound', `WebSocket clients connect at ${connectPath}.`);

export const shuttingDown = {
  code: errorCodes.internal.code,
  status: 503,
  message: 'The simulator is shutting down.',
};

/** What ws says of a handshake that is none, in the words of A5. */
export function brokenHandshake({ method }: IncomingMessage, why: string): ApiError {
  if (method !== 'GET') return new ApiError('methodNotAllowed', 'The method must be GET.');
  return new ApiError('badParameter', `The request is no WebSocket handshake: ${why}.`);
}

/** What a client may go by that asked for another version (RFC 6455, section 4.4). */
export const supportedVersion = { 'Sec-WebSocket-Version': '13' };
