import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import Fastify, {
  type ConnectionError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { nanoid } from 'nanoid';
import { ApiError, asApiError } from '../core/api-error.ts';
import type { Access } from '../edge/access.ts';
import { boundPipelines } from '../edge/pipeline.ts';
import { errorBody, jsonType, pathOf, refuseRaw } from '../edge/raw-refusal.ts';
import { errorCodes } from '../protocol/error-codes.ts';
import { limits } from '../protocol/limits.ts';
import { version } from '../version.ts';
import { docsRoutes, documentedRoutes } from './docs-routes.ts';
import { answerErrors, noSuchRoute, refuse, type Watch, wrongBody } from './errors.ts';
import { observeRoutes, type State } from './observe-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { rongcloudRoutes } from './rongcloud-routes.ts';
import { appsRoutes, type SimScene, simRoutes } from './sim-routes.ts';
import { answerUnsimulated } from './unsimulated-calls.ts';

/** What the HTTP side serves. */
export interface HttpScene extends Watch, SimScene {
  readonly access: Access;
  /** Whether the simulator takes work. */
  stateOf(): State;
}

/** The whole HTTP side, ready to listen. */
export function createHttpServer(scene: HttpScene): FastifyInstance {
  const { apps, access, metrics, settings, stateOf } = scene;
  const server = Fastify({
    bodyLimit: limits.bodyBytes,
    forceCloseConnections: true,
    // Fastify's own answer while it closes has another shape.
    return503OnClosing: false,
    http: {
      requireHostHeader: false, // `access` refuses a request without a host
      headersTimeout: settings.requestTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      // Node checks timeouts at this interval only, so a request is refused at most half a timeout late.
      connectionsCheckingInterval: Math.ceil(settings.requestTimeoutMs / 2),
    },
    // Some SDKs join an address that ends in a slash with a path that begins with one.
    // And a character of a user id in a path may take two UTF-16 units.
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 2 * limits.userIdCharacters },
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    requestTimeout: settings.requestTimeoutMs,
    // No route has a schema of Fastify's: what would compile one is not loaded, for it takes a tenth of the start.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    clientErrorHandler: (error, socket) => refuseBrokenHttp(error, socket, settings.requestTimeoutMs),
    // A path that cannot be decoded reaches neither hooks nor routes.
    frameworkErrors: (_, request, reply: FastifyReply) => {
      try {
        if (admit(request, reply, access)) throw noSuchRoute(pathOf(request));
      } catch (error) {
        refuse(request, reply, asApiError(error), scene);
      }
    },
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!admit(request, reply, access)) return;
    if (request.is404 && answerUnsimulated(request, reply, scene)) return;
    const { 'content-encoding': encoding } = request.headers;
    if (encoding === undefined || encoding.toLowerCase() === 'identity') return done();
    throw wrongBody('Content-Encoding', encoding, 'identity');
  });
  boundPipelines(server.server);
  server.server.on('checkExpectation', refuseExpectation).on('connect', refuseTunnel);
  answerErrors(server, scene);
  const routes = documentedRoutes(server);
  server.register(observeRoutes(metrics, stateOf));
  server.register(rongcloudRoutes(apps, settings));
  server.register(pageRoutes(settings.page, apps.open));
  server.register(appsRoutes(apps, settings));
  server.register(simRoutes(scene));
  server.register(docsRoutes(routes, '/' in settings.page));
  return server;
}

function noSchemas(): never {
  throw new Error('Fastify was given a schema, but no compiler for it.');
}

/**
 * Sets the headers of every answer (A2, B6.1), and answers a browser that asks whether a page may send a request (B14).
 * @returns whether the request goes on
 * @throws ApiError when it comes from where nobody may (B4.5)
 */
function admit(request: FastifyRequest, reply: FastifyReply, access: Access): boolean {
  // Lower-case, because Node would spend as much on converting as on sending.
  reply.header('x-request-id', request.id).header('x-status-sim', version);
  const { headers, method, raw } = request;
  const cors = headers.origin === undefined ? undefined : access.corsHeaders(raw);
  if (cors !== undefined) reply.headers(cors);
  access.check(raw);
  const asks = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  if (!asks || cors?.Vary === undefined) return true;
  reply.code(204).headers({
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE',
    'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '',
    'Access-Control-Max-Age': '7200',
  });
  reply.send();
  return false;
}

/** The caller's own id when it is one, else a new one (A2). */
function requestId(given: string | string[] | undefined): string {
  const usable = typeof given === 'string' && given !== '' && given.length <= limits.requestIdCharacters;
  return usable ? given : `${idPrefix}-${(idsMade++).toString(36)}`;
}

/** Unique to this process. */
const idPrefix = nanoid();
let idsMade = 0;

/** Of what a client may expect, there is only 100-continue (RFC 9110, section 10.1.1). */
function refuseExpectation({ headers, url = '' }: IncomingMessage, response: ServerResponse): void {
  const message = `The header Expect says ${JSON.stringify(headers.expect)}, and only 100-continue can be met.`;
  const { code } = errorCodes.badParameter;
  const head = { 'X-Status-Sim': version, 'X-Request-Id': requestId(headers['x-request-id']) };
  response.writeHead(417, { ...head, 'Content-Type': jsonType });
  response.end(errorBody({ code, status: 417, message }, pathOf({ url })));
}

/** No proxy is here. */
function refuseTunnel({ url = '' }: IncomingMessage, socket: Duplex): void {
  const allowed = 'GET, HEAD, POST, PUT, DELETE';
  refuseRaw(socket, new ApiError('methodNotAllowed', `The method must be one of ${allowed}.`), url, {
    Allow: allowed,
  });
}

/** Answers what is not valid HTTP with the same shape of error, and closes the connection. */
function refuseBrokenHttp({ code }: ConnectionError, socket: Socket, requestTimeoutMs: number): void {
  if (code === 'HPE_CLOSED_CONNECTION') return; // behind the last request, whose answer is still to come
  const timeout = `The request was not complete within ${requestTimeoutMs} ms (requestTimeoutMs).`;
  const isLate = code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const refusal = isLate
    ? new ApiError('timedOut', timeout)
    : new ApiError('badParameter', 'The request is not valid HTTP.');
  refuseRaw(socket, refusal, '');
}
