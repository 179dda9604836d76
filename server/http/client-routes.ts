import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseFrameMatch } from '../../client-sim/hosted/frame-match.ts';
import type { HostedClient, Looking } from '../../client-sim/hosted/hosted-client.ts';
import type { App } from '../app/app.ts';
import type { Listen } from '../app/ports.ts';
import {
  choiceParameter,
  type Fields,
  fieldsOf,
  idParameter,
  numberParameter,
  textParameter,
} from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { type Platform, platformClasses } from '../protocol/frames.ts';
import { boolean, integer, list, object, text } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import { listeningHost } from './caller.ts';
import { settleTimeoutMs } from './control-routes.ts';
import { type Forward, forwardWith } from './forward.ts';
import { optional, simDocs } from './route-docs.ts';

type ClientRoute = { Params: { id: string } };

const userId = idParameter('userId', { description: 'The user to bring online.', example: 'bob' });
const platform = choiceParameter('platform', Object.keys(platformClasses) as Platform[], {
  description: 'Without it, the session replaces no other (B5.2).',
  example: 'ios',
});
const match = textParameter('match', limits.contentBytes, {
  description: 'Only frames with these fields, as JSON.',
  example: '{"fromUserId":"alice"}',
});
export const waitMs = numberParameter('waitMs', 0, limits.inboxWaitMs, {
  description: 'Milliseconds of real time to wait for such a frame.',
  example: 0,
});
const client = { id: text, userId: text, sessionId: text };
const closing = { type: 'object', properties: { code: integer, reason: text } };
const frames = list({ type: 'object' });
const { fromUserId: _, toGroupId: __, ...published } = publishParameters;

const connectDocs = simDocs('Bring a simulated client online.', {
  parameters: [userId, optional(platform)],
  answer: client,
  codes: [1005],
});
const listDocs = simDocs('The simulated clients.', {
  answer: { clients: list(object({ ...client, received: integer, open: boolean }, { closing })) },
});
const inboxDocs = simDocs('What a simulated client has received.', {
  query: [optional(match), waitMs],
  answer: { frames, discarded: integer, open: boolean },
  mayHave: { closing, explanation: text },
  codes: [404],
});
const settleDocs = simDocs('Wait until everything sent to a simulated client has arrived.', {
  parameters: [settleTimeoutMs],
  answer: {},
  codes: [404],
});
const publishDocs = simDocs('Publish from a simulated client, through its own session.', {
  parameters: Object.values(published),
  answer: { messageUIDs: frames },
  codes: [404, 1005],
});
const removeDocs = simDocs('Take a simulated client offline.', { answer: {}, codes: [404] });

/** Simulated clients that the simulator runs itself, for tests that speak nothing but HTTP (B6.4). */
export async function clientRoutes(server: FastifyInstance, listen: Listen, forward: Forward): Promise<void> {
  server.addHook('preHandler', forwardWith(forward));

  server.post('/sim/clients', connectDocs, async ({ app, body, socket }) => {
    const fields = fieldsOf(body ?? {});
    const from = fields.has('platform') ? platform.read(fields) : undefined;
    const who = { userId: userId.read(fields), platform: from };
    const { id, sessionId } = await app.hostedClients.connect(listeningHost(socket), who, listen);
    return { id, userId: who.userId, sessionId };
  });

  server.get('/sim/clients', listDocs, async ({ app }) => ({ clients: await app.directory.hostedClients() }));

  server.get<ClientRoute>('/sim/clients/:id/inbox', inboxDocs, async ({ app, params, query }, reply) => {
    const client = app.hostedClients.get(params.id);
    const fields = fieldsOf(query);
    const wanted = fields.has('match') ? parseFrameMatch(match.read(fields)) : {};
    return client.look(wanted, lookingOf(app, client, readWaitMs(fields), reply));
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
export function lookingOf(app: App, client: HostedClient, waitMs: number, reply: FastifyReply): Looking {
  const { userId, sessionId } = client.session;
  const session = app.presence.sessionsOf(userId).find(({ id }) => id === sessionId);
  return {
    waitMs,
    signal: goneSignal(reply),
    hindrance: session && app.interception.active?.hindrance(session),
  };
}

/** Aborts when the caller has gone. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function readWaitMs(fields: Fields): number {
  // A query holds texts only.
  const values = fields.get('waitMs')?.map((text) => (/^\d+$/.test(String(text)) ? Number(text) : text));
  return waitMs.read(new Map(values && [['waitMs', values]])) ?? 0;
}
