import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hintsOf, keyHints } from '../../client-sim/claims/hints.ts';
import type { Apps } from '../app/apps.ts';
import type { Metrics } from '../app/metrics.ts';
import type { Trace } from '../app/trace.ts';
import { ApiError } from '../core/api-error.ts';
import { errorBody, jsonType, pathOf } from '../edge/raw-refusal.ts';
import { limits } from '../protocol/limits.ts';
import { appKeyOf } from './caller.ts';
import { formType } from './form.ts';
import { namesOf } from './route-docs.ts';

/** Where refusals are recorded. */
export interface Watch {
  readonly apps: Apps;
  readonly trace: Trace;
  readonly metrics: Metrics;
}

/** Gives every refusal RongCloud's shape, whoever refuses: a route, Fastify, or the HTTP parser (A5). */
export function answerErrors(server: FastifyInstance, watch: Watch): void {
  server.setErrorHandler((error: FastifyError, request, reply) => {
    refuse(request, reply, toApiError(error, request), watch);
  });
  const methodsOf = recordMethods(server);
  server.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    refuse(request, reply, noSuchRoute(path, methodsOf(path), reply), watch);
  });
}

/** Looks up the methods of a path. Recorded as routes are declared, because Fastify finds routes by pattern only. */
function recordMethods(server: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`), methods: [method].flat() });
  });
  return (path) => routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
}

const emptyId = /^\/+sim\/+(clients|presence|sessions)\/\/|\/sim\/sessions\/$/;

export function noSuchRoute(path: string, allowed: readonly string[] = [], reply?: FastifyReply): ApiError {
  if (emptyId.test(path)) return new ApiError('badParameter', 'The id in the path is empty.');
  if (/^\/+sim\/.*%/.test(path) && allowed.length === 0)
    return new ApiError('badParameter', 'The path has a broken percent escape.');
  if (allowed.length === 0) return new ApiError('notFound', 'Not a valid API.');
  reply?.header('Allow', allowed.join(', '));
  return new ApiError('methodNotAllowed', `The method must be ${allowed.join(' or ')}.`);
}

/** Answers a refused request, counts it and traces it. */
export function refuse(request: FastifyRequest, reply: FastifyReply, error: ApiError, watch: Watch): void {
  const { apps, trace, metrics } = watch;
  apps.unmake(request.app);
  const path = pathOf(request);
  // In open mode, a request without the header still has an app (B4.3).
  const appKey = request.app?.key ?? appKeyOf(request);
  (request.app?.counters ?? metrics.countersOf('')).refuse(error.code);
  if (trace.isHeard(appKey, 'refused')) {
    const { docs } = request.routeOptions.config;
    // Under /sim nothing is ignored.
    const named = docs?.group === 'RongCloud' ? hintsOf(namesIn(request.body), namesOf(docs.parameters)) : [];
    const hints = [...keyHints(appKey), ...named];
    trace.emit({
      event: 'refused',
      at: request.app?.clock.now() ?? Date.now(),
      ...(appKey === undefined ? {} : { appKey }),
      path,
      code: error.code,
      errorMessage: error.message,
      ...(hints.length === 0 ? {} : { hints }),
    });
  }
  if (error.retryAfterSeconds !== undefined) reply.header('Retry-After', error.retryAfterSeconds);
  reply.code(error.status).type(jsonType).send(errorBody(error, path));
}

/** The names of what was sent, as far as it was read. */
function namesIn(body: unknown): Iterable<string> {
  return body instanceof Map ? body.keys() : Object.keys(Object(body));
}

/** Fastify's own refusals in the service's terms. An unexpected error is logged, and not shown to the caller. */
function toApiError(error: FastifyError, { headers }: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('tooLong', `The request body is too long: at most ${limits.bodyBytes} bytes.`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return wrongBody('Content-Type', headers['content-type'], formType);
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new ApiError('noBody', 'The request has no body.');
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ApiError('badParameter', error.message);
  }
  process.stderr.write(`status-sim: internal error: ${tame(error.stack ?? String(error))}\n`);
  return new ApiError('internal', 'Internal logic error.');
}

/** @param right the only value that the header may have */
export function wrongBody(header: string, value = '', right: string): ApiError {
  const shown = JSON.stringify(value.slice(0, 100));
  return new ApiError('badParameter', `The ${header} of the body is ${shown}: it must be ${right}.`);
}

/** Indents lines and replaces control characters, because an error may quote a caller: no forged log lines. */
function tame(text: string): string {
  return text.replaceAll('\n', '\n  ').replace(/[^\P{C}\n]/gu, '?');
}
