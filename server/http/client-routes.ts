import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  choiceParameter,
  type Fields,
  fieldsOf,
  idParameter,
  numberParameter,
  textParameter,
} from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { parseFrameMatch } from '../hosted/frame-match.ts';
import { connectPath } from '../protocol/connect-path.ts';
import { type Platform, platformClasses } from '../protocol/frames.ts';
import { limits } from '../protocol/limits.ts';
import { settleTimeoutMs } from './control-routes.ts';
import { type Forward, forwardWith } from './forward.ts';
import { listeningHost } from './public-url.ts';
import { simDocs } from './route-docs.ts';

type ClientRoute = { Params: { id: string } };

const text = { type: 'string' };
const integer = { type: 'integer' };
const userId = idParameter('userId', { description: 'Who comes online.', example: 'bob' });
const platform = choiceParameter('platform', Object.keys(platformClasses) as Platform[], {
  description: 'Without one, the session kicks no other (B5.2).',
  example: 'ios',
});
const match = textParameter('match', limits.contentBytes, {
  description: 'Only frames with these fields, as JSON.',
  example: '{"fromUserId":"alice"}',
});
const waitMs = numberParameter('waitMs', 0, limits.inboxWaitMs, {
  description: 'Milliseconds of real time to wait for such a frame.',
  example: 0,
});
const client = { id: text, userId: text, sessionId: text };
const state = { open: { type: 'boolean' } };
const closing = { type: 'object', properties: { code: integer, reason: text } };
const { fromUserId: _, toGroupId: __, ...published } = publishParameters;

const connectDocs = {
  summary: 'Bring a simulated client online.',
  parameters: [userId, { ...platform, required: false }],
  answer: client,
  codes: [1005],
};
const listDocs = {
  summary: 'The simulated clients.',
  answer: {
    clients: {
      type: 'array',
      items: {
        type: 'object',
        required: [...Object.keys(client), 'received', 'open'],
        properties: { ...client, received: integer, ...state, closing },
      },
    },
  },
};
const inboxDocs = {
  summary: 'What a simulated client has received.',
  query: [{ ...match, required: false }, waitMs],
  answer: { frames: { type: 'array', items: { type: 'object' } }, discarded: integer, ...state },
  mayHave: { closing },
  codes: [404],
};
const settleDocs = {
  summary: 'Wait until all that was handed to a simulated client has arrived.',
  parameters: [settleTimeoutMs],
  answer: {},
  codes: [404],
};
const publishDocs = {
  summary: 'Publish from a simulated client, by its own session.',
  parameters: Object.values(published),
  answer: { messageUIDs: { type: 'array', items: { type: 'object' } } },
  codes: [404, 1005],
};
const removeDocs = { summary: 'Take a simulated client offline.', answer: {}, codes: [404] };

/** Simulated clients that the simulator runs itself, for tests that speak nothing but HTTP (B6.4). */
export async function clientRoutes(server: FastifyInstance, forward: Forward): Promise<void> {
  server.addHook('preHandler', forwardWith(forward));

  server.post('/sim/clients', simDocs(connectDocs), async ({ app, body, socket }) => {
    const fields = fieldsOf(body ?? {});
    const user = userId.read(fields);
    const from = fields.has('platform') ? platform.read(fields) : undefined;
    const login = { appKey: app.key, token: app.tokens.issue(user), platform: from };
    const { id, sessionId } = await app.hostedClients.connect(connectAddress(socket), login);
    return { code: 200, id, userId: user, sessionId };
  });

  server.get('/sim/clients', simDocs(listDocs), async ({ app }) => {
    return { code: 200, clients: await app.directory.hostedClients() };
  });

  server.get<ClientRoute>(
    '/sim/clients/:id/inbox',
    simDocs(inboxDocs),
    async ({ app, params, query }, reply) => {
      const client = app.hostedClients.get(params.id);
      const fields = fieldsOf(query);
      const wanted = fields.has('match') ? parseFrameMatch(match.read(fields)) : {};
      return { code: 200, ...(await client.look(wanted, readWaitMs(fields), goneSignal(reply))) };
    },
  );

  server.post<ClientRoute>('/sim/clients/:id/settle', simDocs(settleDocs), async ({ app, params, body }) => {
    const timeoutMs = settleTimeoutMs.read(fieldsOf(body ?? {}));
    await app.hostedClients.get(params.id).settle(timeoutMs);
    return { code: 200 };
  });

  server.post<ClientRoute>(
    '/sim/clients/:id/publish',
    simDocs(publishDocs),
    async ({ app, params, body }) => {
      fieldsOf(body ?? {}); // the rest is for the one who gets the frame to judge
      const messageUIDs = await app.hostedClients.get(params.id).publish(body ?? {});
      return { code: 200, messageUIDs };
    },
  );

  server.delete<ClientRoute>('/sim/clients/:id', simDocs(removeDocs), async ({ app, params }) => {
    await app.hostedClients.remove(params.id);
    return { code: 200 };
  });
}

function connectAddress(socket: Socket): string {
  return `ws://${listeningHost(socket)}${connectPath}`;
}

/** Aborts when the caller has gone. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function readWaitMs(fields: Fields): number {
  // A query has texts only.
  const values = fields.get('waitMs')?.map((text) => (/^\d+$/.test(String(text)) ? Number(text) : text));
  return waitMs.read(new Map(values && [['waitMs', values]])) ?? 0;
}
