import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { simAbout } from '../../client-sim/docs/sim-docs.ts';
import { parseFrameMatch } from '../../client-sim/hosted/frame-match.ts';
import type { HostedClient, Looking } from '../../client-sim/hosted/hosted-client.ts';
import type { App } from '../app/app.ts';
import type { Listen } from '../app/ports.ts';
import { digitsParameter } from '../core/form-parameters.ts';
import { fieldsOf, idParameter, optional, textParameter } from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { goneSignal } from '../edge/pipeline.ts';
import { aimParameters } from '../presence/aim.ts';
import { limits } from '../protocol/limits.ts';
import { listeningHost } from './caller.ts';
import { settleTimeoutMs } from './control-routes.ts';
import { type Forward, forwardWith } from './forward.ts';
import { simDocs } from './route-docs.ts';

type ClientRoute = { Params: { id: string } };

const userId = idParameter('userId', simAbout.hostedUser);
const platform = { ...aimParameters.platform, ...simAbout.platform };
const match = optional(textParameter('match', limits.contentBytes, simAbout.matchText));
const waitMs = optional(digitsParameter('waitMs', 0, limits.inboxWaitMs, simAbout.waitMs));
const { fromUserId: _, toGroupId: __, ...published } = publishParameters;
const connectDocs = simDocs('POST /sim/clients', { parameters: [userId, platform] });
const inboxDocs = simDocs('GET /sim/clients/:id/inbox', { query: [match, waitMs] });
const settleDocs = simDocs('POST /sim/clients/:id/settle', { parameters: [settleTimeoutMs] });
const removeDocs = simDocs('DELETE /sim/clients/:id');
const publishDocs = simDocs('POST /sim/clients/:id/publish', { parameters: Object.values(published) });

/** Simulated clients that the simulator runs itself, for tests that speak nothing but HTTP (B6.4). */
export async function clientRoutes(server: FastifyInstance, listen: Listen, forward: Forward): Promise<void> {
  server.addHook('preHandler', forwardWith(forward));

  server.post('/sim/clients', connectDocs, async ({ app, body, socket }) => {
    const fields = fieldsOf(body ?? {});
    const who = { platform: platform.read(fields), userId: userId.read(fields) };
    const { id, sessionId } = await app.hostedClients.connect(listeningHost(socket), who, listen);
    return { id, userId: who.userId, sessionId };
  });

  server.get('/sim/clients', simDocs('GET /sim/clients'), async ({ app }) => ({
    clients: await app.directory.hostedClients(),
  }));

  server.get<ClientRoute>('/sim/clients/:id/inbox', inboxDocs, async ({ app, params, query, socket }) => {
    const client = app.hostedClients.get(params.id);
    const fields = fieldsOf(query);
    const wanted = match.read(fields);
    return client.look(
      wanted === undefined ? {} : parseFrameMatch(wanted),
      lookingOf(app, client, waitMs.read(fields) ?? 0, socket),
    );
  });

  server.post<ClientRoute>('/sim/clients/:id/settle', settleDocs, async ({ app, params, body }) => {
    const timeoutMs = settleTimeoutMs.read(fieldsOf(body ?? {}));
    await app.hostedClients.get(params.id).settle(timeoutMs);
    return {};
  });

  server.post<ClientRoute>('/sim/clients/:id/publish', publishDocs, async ({ app, params, body }) => {
    fieldsOf(body ?? {}); // must be an object; the gateway checks the frame that it becomes
    return { messageUIDs: await app.hostedClients.get(params.id).publish(body ?? {}) };
  });

  server.delete<ClientRoute>('/sim/clients/:id', removeDocs, async ({ app, params }) => {
    await app.hostedClients.remove(params.id);
    return {};
  });
}

/** For as long as the caller is there. */
export function lookingOf(app: App, client: HostedClient, waitMs: number, socket: Socket): Looking {
  const { userId, sessionId } = client.session;
  const session = app.presence.sessionsOf(userId).find(({ id }) => id === sessionId);
  return {
    waitMs,
    signal: goneSignal(socket),
    hindrance: session && app.interception.active?.hindrance(session),
  };
}
