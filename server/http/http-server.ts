import type { Socket } from 'node:net';
import Fastify, {
  type ConnectionError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { nanoid } from 'nanoid';
import type { Apps } from '../app/apps.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import type { Listen } from '../app/trace.ts';
import { ApiError } from '../core/api-error.ts';
import type { Access } from '../edge/access.ts';
import { refuseRaw } from '../edge/raw-refusal.ts';
import { limits } from '../protocol/limits.ts';
import { version } from '../version.ts';
import { docsRoutes, documentedRoutes } from './docs-routes.ts';
import { answerErrors, refuse, unknownPath, type Watch } from './errors.ts';
import { observeRoutes, type State } from './observe-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { rongcloudRoutes } from './rongcloud-routes.ts';
import { simRoutes } from './sim-routes.ts';

/** What the HTTP side serves. */
export interface HttpScene extends Watch {
  readonly apps: Apps;
  readonly access: Access;
  readonly settings: SimulatorSettings;
  /** Whether the simulator takes work. */
  stateOf(): State;
  readonly listen: Listen;
}

/** The whole HTTP side, ready to listen. */
export function createHttpServer(scene: HttpScene): FastifyInstance {
  const { apps, access, metrics, settings, stateOf, listen } = scene;
  const server = Fastify({
    bodyLimit: limits.bodyBytes,
    forceCloseConnections: true,
    // Fastify's own answer while it closes has another shape; `access` has an answer for who names no host.
    return503OnClosing: false,
    http: { requireHostHeader: false, ...timeoutsOf(settings) },
    // Some SDKs join an address that ends in a slash with a path that begins with one.
    // And a user id in a path may have two UTF-16 units for each of its characters.
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 2 * limits.userIdCharacters },
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    requestTimeout: settings.requestTimeoutMs,
    clientErrorHandler: (error, socket) => refuseBrokenHttp(error, socket, settings),
    // A path that cannot be decoded never reaches the hooks and the routes.
    frameworkErrors: (_, request, reply: FastifyReply) => {
      setHeaders(request, reply);
      refuse(request, reply, unknownPath(), scene);
    },
  });
  server.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    access.check(request.raw);
    done();
  });
  answerErrors(server, scene);
  const routes = documentedRoutes(server);
  server.register(observeRoutes(metrics, stateOf));
  server.register(rongcloudRoutes(apps, settings));
  server.register(pageRoutes(settings.page, apps.open));
  server.register(simRoutes(apps, listen, settings));
  server.register(docsRoutes(routes, '/' in settings.page));
  return server;
}

/** What every answer carries (A2, B6). In lower case, as they go out: to make them so costs as much as to send them. */
function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id).header('x-status-sim', version);
}

/** The caller's own id when it is one, else a new one (A2). */
function requestId(given: string | string[] | undefined): string {
  const usable = typeof given === 'string' && given !== '' && given.length <= limits.requestIdCharacters;
  return usable ? given : `${idPrefix}-${(idsMade++).toString(36)}`;
}

/** No other process has it, and none had it before. */
const idPrefix = nanoid();
let idsMade = 0;

/** What is not even HTTP gets the same shape of error, and the connection is closed. */
function refuseBrokenHttp(
  { code }: ConnectionError,
  socket: Socket,
  { requestTimeoutMs }: SimulatorSettings,
): void {
  const refusal =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new ApiError(
          'timedOut',
          `The request was not complete within ${requestTimeoutMs} ms (requestTimeoutMs).`,
        )
      : new ApiError('badParameter', 'The request is not valid HTTP.');
  refuseRaw(socket, refusal, '');
}

/** Node looks for requests that take too long from time to time only: often enough to be no more than half late. */
function timeoutsOf({ requestTimeoutMs }: SimulatorSettings) {
  return {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 2),
  };
}
