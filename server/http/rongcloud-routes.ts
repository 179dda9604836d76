import type { FastifyInstance, FastifyReply } from 'fastify';
import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';
import { jsonType } from '../edge/raw-refusal.ts';
import { afterTurn } from '../edge/write-batch.ts';
import { publicUrl, signedApp } from './caller.ts';
import { formType, parseForm } from './form.ts';
import { rongcloudCalls, storedCalls } from './rongcloud-calls.ts';
import { documented } from './route-docs.ts';

/** The server API as RongCloud documents it: signed, form-encoded, answered in its words (A1–A6). */
export function rongcloudRoutes(apps: Apps, settings: SimulatorSettings) {
  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(formType, { parseAs: 'buffer' }, (_, body: Buffer, done) =>
      done(null, body.length === 0 ? undefined : parseForm(body)),
    );
    server.decorateRequest('app');
    server.addHook('onRequest', (request, _, done) => {
      request.app = signedApp(request, apps);
      done();
    });
    const calls = { ...rongcloudCalls, ...(settings.stored === 'online' ? storedCalls : {}) };
    for (const [url, { run, rated, ...docs }] of Object.entries(calls)) {
      const needsBody = docs.parameters.some(({ required }) => required);
      const codes = [1002, ...(needsBody ? [1003] : []), 1005, 1004, ...(rated ? [1008] : [])];
      const options = documented({ group: 'RongCloud', ...docs, codes });
      server.post<{ Body: Fields | undefined }>(url, options, (request, reply) => {
        const { app, body = nothing } = request;
        if (body === nothing && needsBody) throw new ApiError('noBody', 'The request has no body.');
        const answer = (text: string) => {
          if (rated && losesAnswer(app, body, reply)) return;
          // After the frames that the call has sent.
          afterTurn(() => reply.type(jsonType).send(text));
        };
        const text = run(app, body, () => (settings.imlib ? publicUrl(request, settings) : undefined));
        // Fastify awaits no handler that returns nothing: to await a reply, it would watch the response stream.
        if (text instanceof Promise) text.then(answer).catch((error: Error) => reply.send(error));
        else answer(text);
      });
    }
  };
}

/** The body of a request without one. */
const nothing: Fields = new Map();

/** Cuts the connection instead of answering an accepted publish, if the fault lose-response says so (B6.10). */
export function losesAnswer(app: App, fields: Fields, reply: FastifyReply): boolean {
  const [fromUserId] = fields.get('fromUserId') ?? [];
  if (typeof fromUserId !== 'string' || !app.interception.active?.losesAnswer(fromUserId)) return false;
  reply.hijack();
  reply.raw.destroy();
  return true;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller's app, once authorized. */
    app: App;
  }
}
