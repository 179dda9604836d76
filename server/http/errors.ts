import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../core/api-error.ts';
import type { ErrorBody } from '../protocol/error-codes.ts';
import { limits } from '../protocol/limits.ts';
import type { Trace } from '../trace.ts';
import { appKeyOf } from './caller.ts';

/** Gives every refusal RongCloud's shape, whoever refuses: a route, Fastify, or the HTTP parser (A5). */
export function answerErrors(server: FastifyInstance, trace: Trace): void {
  server.setErrorHandler((error: FastifyError, request, reply) => {
    refuse(request, reply, toApiError(error), trace);
  });
  server.setNotFoundHandler((request, reply) => {
    const allowed = methods.filter((method) => server.hasRoute({ method, url: pathOf(request) }));
    if (allowed.length > 0) reply.header('Allow', allowed.join(', '));
    refuse(request, reply, noSuchRoute(allowed), trace);
  });
}

/** The path without its query, as the service repeats it in `url`. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}

export function errorBody({ code, message }: ApiError, url: string): string {
  return JSON.stringify({ code, errorMessage: message, url } satisfies ErrorBody);
}

export const jsonType = 'application/json;charset=UTF-8';

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;

function noSuchRoute(allowed: readonly string[]): ApiError {
  if (allowed.length === 0) return new ApiError('notFound', 'Not a valid API.');
  return new ApiError('methodNotAllowed', `The method must be ${allowed.join(' or ')}.`);
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: ApiError, trace: Trace): void {
  const path = pathOf(request);
  const appKey = appKeyOf(request);
  trace.emit({
    event: 'refused',
    at: Date.now(),
    ...(appKey === undefined ? {} : { appKey }),
    path,
    code: error.code,
    errorMessage: error.message,
  });
  if (error.retryAfterSeconds !== undefined) reply.header('Retry-After', error.retryAfterSeconds);
  reply.code(error.status).type(jsonType).send(errorBody(error, path));
}

/** Fastify's own refusals in the service's terms. What nobody foresaw says nothing but that. */
function toApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('tooLong', `The request body is too long: at most ${limits.bodyBytes} bytes.`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError('badParameter', 'The Content-Type of the body is not the one this call takes.');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new ApiError('noBody', 'The request has no body.');
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ApiError('badParameter', error.message);
  }
  process.stderr.write(`status-sim: internal error: ${error.stack}\n`);
  return new ApiError('internal', 'Internal logic error.');
}
