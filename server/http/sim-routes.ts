import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { Apps } from '../apps.ts';
import { ApiError } from '../core/api-error.ts';
import { explain } from '../core/explain.ts';
import { fieldsOf } from '../core/parameters.ts';
import { parsePublish } from '../core/publish-request.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { Trace } from '../trace.ts';
import { appKeyOf } from './caller.ts';
import { controlRoutes } from './control-routes.ts';
import { EventStream } from './event-stream.ts';

/** Users in one answer of `GET /sim/presence`. */
const presencePage = 1000;

type UserRoute = { Params: { userId: string } };

/** The simulator's own calls: see what RongCloud's answer does not tell (B6). */
export function simRoutes(apps: Apps, trace: Trace, adminToken: string | undefined) {
  return async (server: FastifyInstance): Promise<void> => {
    const streams = new Set<EventStream>();
    server.addHook('preClose', async () => {
      for (const stream of streams) stream.end();
    });

    server.decorateRequest('app');
    server.addHook('onRequest', async (request) => {
      if (!apps.open) checkAdmin(request, adminToken);
      request.app = apps.getForSim(appKeyOf(request) ?? queryKey(request));
    });

    // Not a plugin of its own: it shares the hooks above.
    await controlRoutes(server);

    server.post('/sim/publish', ({ app, body }) => {
      const request = readPublish(app, body);
      const { message, report } = app.publish(request, { via: 'sim', reported: true });
      const explanations = explain(report!, request.fromUserId);
      return { code: 200, messageUIDs: message.recipientUIDs(), report, explanations };
    });

    server.post('/sim/explain', ({ app, body }) => {
      const request = readPublish(app, body);
      const report = app.explain(request);
      return { code: 200, report, explanations: explain(report, request.fromUserId) };
    });

    server.get('/sim/presence', ({ app: { presence } }) => ({
      code: 200,
      online: presence.onlineCount,
      users: [...presence.onlineUsers()]
        .slice(0, presencePage)
        .map((userId) => ({ userId, sessions: presence.sessionsOf(userId).length })),
    }));

    server.get<UserRoute>('/sim/presence/:userId', ({ app, params }) => ({
      code: 200,
      ...app.presenceOf(params.userId),
    }));

    server.delete<UserRoute>('/sim/sessions/:userId', ({ app, params }) => ({
      code: 200,
      closed: app.disconnect(params.userId, closeCodes.disconnected, 'Disconnected by /sim.'),
    }));

    server.get('/sim/trace', (request, reply: FastifyReply) => {
      reply.hijack();
      const stream = new EventStream(reply);
      streams.add(stream);
      const silence = trace.listen((event) => stream.send(event.event, event), request.app.key);
      stream.onEnd(() => {
        silence();
        streams.delete(stream);
      });
    });
  };
}

function readPublish(app: App, body: unknown) {
  if (body === undefined) throw new ApiError('noBody', 'The request has no body.');
  return parsePublish(fieldsOf(body), app.settings);
}

/** An `EventSource` cannot set headers, so the app may stand in the query, too. */
function queryKey(request: FastifyRequest): string | undefined {
  const { appKey } = request.query as Record<string, unknown>;
  return typeof appKey === 'string' ? appKey : undefined;
}

function checkAdmin(request: FastifyRequest, adminToken: string | undefined): void {
  if (adminToken === undefined) {
    throw new ApiError('refused', 'With apps configured, /sim is closed unless --admin-token is set.');
  }
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${adminToken}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ApiError('refused', 'The header Authorization must be "Bearer" and the admin token.');
  }
}
