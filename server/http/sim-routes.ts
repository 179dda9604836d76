import { promisify } from 'node:util';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { nanoid } from 'nanoid';
import { refuseUnknown } from '../../client-sim/claims/hints.ts';
import { simAbout } from '../../client-sim/docs/sim-docs.ts';
import type { Apps } from '../app/apps.ts';
import type { Disconnection, Listen } from '../app/ports.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import { ApiError, badParameter } from '../core/api-error.ts';
import { closeCodeParameter } from '../core/form-parameters.ts';
import {
  bytesParameter,
  checkText,
  type Fields,
  fieldsOf,
  isJsonObject,
  optional,
  readAll,
  refuseBoth,
  refuseDeepJson,
} from '../core/parameters.ts';
import { isSameInConstantTime, sign } from '../core/signature.ts';
import { aimParameters } from '../presence/aim.ts';
import { limits } from '../protocol/limits.ts';
import { appKeyOf } from './caller.ts';
import { clientRoutes } from './client-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { wrongBody } from './errors.ts';
import { expectRoute } from './expect-route.ts';
import { type FaultsOf, faultRoutes } from './fault-routes.ts';
import type { Forward } from './forward.ts';
import { namesOf, simDocs } from './route-docs.ts';
import { simPublishRoutes } from './sim-publish-routes.ts';
import { traceRoute } from './trace-route.ts';

const { userId, ...target } = aimParameters;
const code = optional(closeCodeParameter('code', simAbout.closeCode));
const reason = optional(bytesParameter('reason', limits.closeReasonBytes, simAbout.reason));
const closing = { ...target, code, reason };
// The id of a user stands in the path, or in the query, where it may be any.
const presenceDocs = {
  '/sim/presence': simDocs('GET /sim/presence', { query: [{ ...optional(userId), example: undefined }] }),
  '/sim/presence/:userId': simDocs('GET /sim/presence/:userId'),
};
const disconnectDocs = {
  '/sim/sessions/:userId': simDocs('DELETE /sim/sessions/:userId', { query: Object.values(closing) }),
  '/sim/sessions': simDocs('DELETE /sim/sessions', { query: [userId, ...Object.values(closing)] }),
};

const asText = { parseAs: 'string' } as const;
/** The calls that make an app where there is none; all others only look, or have nothing to do there (B14.4). */
const using = /^(POST|PUT) \/sim\/(publish|clients|clock|faults|reset)$/;

/** What the simulator's own calls are about. */
export interface SimScene {
  readonly apps: Apps;
  readonly listen: Listen;
  readonly faultsOf: FaultsOf;
  readonly forward: Forward;
  readonly settings: SimulatorSettings;
}

/** The simulator's own calls: see what RongCloud's answer does not tell (B6.1). */
export function simRoutes({ apps, listen, faultsOf, forward, settings }: SimScene) {
  const { adminToken, traceReaders } = settings;
  return async (server: FastifyInstance): Promise<void> => {
    server.decorateRequest('app');
    server.addHook('onRequest', async (request) => {
      if (!apps.open) checkAdmin(request, adminToken);
      const inQuery = queryKey(request);
      const key = appKeyOf(request) ?? inQuery;
      const isUsing = using.test(`${request.method} ${request.routeOptions.url}`);
      request.app = isUsing ? apps.getForSim(key) : await apps.look(key);
    });

    // Some clients declare a type for a body that they do not send, as with DELETE.
    const parseJson = promisify(server.getDefaultJsonParser('error', 'error'));
    server.addContentTypeParser('application/json', asText, async (request: FastifyRequest, body: string) => {
      refuseDeepJson(body, 'The body');
      return body === '' ? undefined : parseJson(request, body);
    });
    server.removeContentTypeParser('text/plain');
    server.addContentTypeParser('*', asText, async ({ headers }: FastifyRequest, body: string) => {
      if (body !== '') throw wrongBody('Content-Type', headers['content-type'], 'application/json');
    });
    server.addHook('preValidation', async (request) => refuseStrays(request));
    // What a route returns. Refusals are sent as text, and pass by here.
    server.addHook('preSerialization', async (_, __, answer) => ({ code: 200, ...Object(answer) }));

    // Not plugins of their own: they share the hooks above.
    await controlRoutes(server, listen);
    await clientRoutes(server, listen, forward);
    await expectRoute(server, forward);
    await faultRoutes(server, faultsOf);
    await simPublishRoutes(server);

    const named = ({ query, params }: FastifyRequest) => fieldsOf({ ...Object(query), ...Object(params) });
    for (const [path, docs] of Object.entries(presenceDocs)) {
      server.get(path, docs, async (request) => {
        const { directory } = request.app;
        await directory.catchUp();
        const fields = named(request);
        if (fields.has('userId')) return directory.presenceOf(userId.read(fields));
        const userIds = [...directory.onlineUsers()];
        const users = userIds.slice(0, limits.presencePage).map((userId) => {
          return { userId, sessions: directory.presenceOf(userId).sessions.length };
        });
        return { online: userIds.length, users };
      });
    }

    for (const [path, docs] of Object.entries(disconnectDocs)) {
      server.delete(path, docs, async (request) => ({
        closed: await request.app.control.disconnect(disconnectionOf(named(request))),
      }));
    }

    await traceRoute(server, listen, traceReaders);
    server.get('/sim/signature', simDocs('GET /sim/signature'), async ({ app }) => ({
      headers: { 'App-Key': app.key, ...(app.secret === undefined ? {} : signatureOf(app.secret)) },
    }));
  };
}

/** @throws ApiError 1002 or 1005, naming the parameter and its limits */
function disconnectionOf(fields: Fields): Disconnection {
  refuseBoth(fields, 'sessionId', 'platform');
  const which = readAll({ userId, ...closing }, fields);
  const hasCode = which.code !== 1005 && which.code !== 1006;
  if (which.reason === undefined || hasCode) return which as Disconnection;
  throw badParameter('reason', 'needs a close frame with a code: not none, and not cut');
}

/** An `EventSource` cannot set headers, so the app may stand in the query, too. */
function queryKey(request: FastifyRequest): string | undefined {
  const { appKey } = request.query as Record<string, unknown>;
  if (Array.isArray(appKey)) throw new ApiError('badParameter', 'The parameter appKey was sent twice.');
  return typeof appKey === 'string' ? appKey : undefined;
}

/** @throws ApiError 1002 where Fastify would take a broken percent escape as it stands */
function checkEscapes(pair: string): void {
  try {
    decodeURIComponent(pair);
  } catch {
    throw badParameter(pair.split('=')[0]!.slice(0, 64), 'has a broken percent escape');
  }
}

/** Nothing is ignored here, because a slip would only show by its missing effect (B6.1). @throws ApiError 1002, 1005 */
function refuseStrays({ body, query, params, url, routeOptions: { config } }: FastifyRequest): void {
  for (const pair of url.split(/[?&]/).slice(1)) checkEscapes(pair);
  refuseUnknown(Object.keys(Object(query)), [...namesOf(config.docs?.query), 'appKey']);
  if (isJsonObject(body)) refuseUnknown(Object.keys(body), namesOf(config.docs?.parameters));
  for (const [name, id] of Object.entries(Object(params))) checkText(name, id, limits.userIdCharacters);
}

function signatureOf(secret: string) {
  const [nonce, timestamp] = [nanoid(), String(Date.now())];
  return { Nonce: nonce, Timestamp: timestamp, Signature: sign(secret, nonce, timestamp) };
}

/** @throws ApiError 1007 unless the request has the admin token (B4.4) */
function checkAdmin(request: FastifyRequest, adminToken: string | undefined): void {
  if (adminToken === undefined) {
    throw new ApiError('refused', 'With apps configured, /sim is closed unless --admin-token is set.');
  }
  const { authorization } = request.headers;
  if (authorization && isSameInConstantTime(authorization, `Bearer ${adminToken}`)) return;
  const slip = authorization === undefined ? 'missing' : 'wrong';
  const right = 'the header Authorization must be "Bearer" and the token';
  throw new ApiError('refused', `The admin token is ${slip}: ${right}.`);
}

/** What is about all apps, and so needs no App-Key (B6.3). */
export function appsRoutes(apps: Apps, { adminToken }: SimulatorSettings) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/sim/apps', simDocs('GET /sim/apps'), async (request) => {
      if (!apps.open) checkAdmin(request, adminToken);
      refuseStrays(request);
      const first = [...apps].slice(0, limits.presencePage);
      await Promise.all(first.map((app) => app.directory.catchUp()));
      const rows = first.map((app) => ({ appKey: app.key, online: app.directory.onlineUsers().size }));
      return { code: 200, apps: rows };
    });
  };
}
