import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nanoid } from 'nanoid';
import type { Apps } from '../app/apps.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import type { Listen } from '../app/trace.ts';
import { ApiError } from '../core/api-error.ts';
import { overBound } from '../core/bound.ts';
import { isSameInConstantTime } from '../core/constant-time.ts';
import { sign } from '../core/signature.ts';
import { soon } from '../core/soon.ts';
import { appKeyOf } from './caller.ts';
import { clientRoutes } from './client-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { EventStream } from './event-stream.ts';
import { faultRoutes } from './fault-routes.ts';
import { simDocs } from './route-docs.ts';
import { simPublishRoutes } from './sim-publish-routes.ts';

/** Users in one answer of `GET /sim/presence`. */
const presencePage = 1000;

type UserRoute = { Params: { userId: string } };

const presenceDocs = {
  summary: `Who is online: the first ${presencePage}, and how many there are.`,
  answer: {
    online: { type: 'integer' },
    users: {
      type: 'array',
      items: {
        type: 'object',
        required: ['userId', 'sessions'],
        properties: { userId: { type: 'string' }, sessions: { type: 'integer' } },
      },
    },
  },
};
const userDocs = {
  summary: 'Whether a user is online, and with which sessions.',
  answer: {
    userId: { type: 'string' },
    online: { type: 'boolean' },
    sessions: { type: 'array', items: { type: 'object', required: ['sessionId', 'openedAt'] } },
  },
};
const disconnectDocs = {
  summary: 'Close all sessions of a user with 4011.',
  answer: { closed: { type: 'integer' } },
};
const signatureDocs = {
  summary: "Headers that sign any of RongCloud's calls, for who has the admin token and not the secret.",
  answer: { headers: { type: 'object', additionalProperties: { type: 'string' } } },
};
const traceDocs = { summary: 'What happens, as it happens.', answerType: 'text/event-stream' };

/** The simulator's own calls: see what RongCloud's answer does not tell (B6). */
export function simRoutes(apps: Apps, listen: Listen, { adminToken, traceReaders }: SimulatorSettings) {
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

    // Some clients name the type of a body that they do not send, as with DELETE.
    const parseJson = server.getDefaultJsonParser('error', 'error');
    server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
      if (body === '') done(null, undefined);
      else parseJson(request, body, done);
    });

    // Not plugins of their own: they share the hooks above.
    await controlRoutes(server);
    await clientRoutes(server);
    await faultRoutes(server);
    await simPublishRoutes(server);

    server.get('/sim/presence', simDocs(presenceDocs), async ({ app }) => {
      await app.catchUp();
      const userIds = [...app.onlineUsers()];
      const users = userIds.slice(0, presencePage).map((userId) => {
        return { userId, sessions: app.presenceOf(userId).sessions.length };
      });
      return { code: 200, online: userIds.length, users };
    });

    server.get<UserRoute>('/sim/presence/:userId', simDocs(userDocs), async ({ app, params }) => {
      await app.catchUp();
      return { code: 200, ...app.presenceOf(params.userId) };
    });

    server.delete<UserRoute>('/sim/sessions/:userId', simDocs(disconnectDocs), async ({ app, params }) => ({
      code: 200,
      closed: await app.disconnectEverywhere(params.userId),
    }));

    server.get('/sim/signature', simDocs(signatureDocs), ({ app }) => ({
      code: 200,
      headers: { 'App-Key': app.key, ...(app.secret === undefined ? {} : signatureOf(app.secret)) },
    }));

    server.get('/sim/trace', simDocs(traceDocs), async (request, reply: FastifyReply) => {
      if (streams.size >= traceReaders)
        throw overBound('The trace has too many readers', traceReaders, 'traceReaders');
      reply.hijack();
      const stream = new EventStream(reply);
      streams.add(stream);
      const silence = listen((event) => stream.send(event.event, event), request.app.key);
      stream.onEnd(() => {
        void soon(silence, (end) => end());
        streams.delete(stream);
      });
      await silence;
      stream.open();
    });
  };
}

/** An `EventSource` cannot set headers, so the app may stand in the query, too. */
function queryKey(request: FastifyRequest): string | undefined {
  const { appKey } = request.query as Record<string, unknown>;
  return typeof appKey === 'string' ? appKey : undefined;
}

function signatureOf(secret: string) {
  const [nonce, timestamp] = [nanoid(), String(Date.now())];
  return { Nonce: nonce, Timestamp: timestamp, Signature: sign(secret, nonce, timestamp) };
}

function checkAdmin(request: FastifyRequest, adminToken: string | undefined): void {
  if (adminToken === undefined) {
    throw new ApiError('refused', 'With apps configured, /sim is closed unless --admin-token is set.');
  }
  if (!isSameInConstantTime(request.headers.authorization ?? '', `Bearer ${adminToken}`)) {
    throw new ApiError('refused', 'The header Authorization must be "Bearer" and the admin token.');
  }
}
