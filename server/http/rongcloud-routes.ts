import type { FastifyInstance } from 'fastify';
import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';
import { jsonType } from '../edge/raw-refusal.ts';
import { afterTurn } from '../edge/write-batch.ts';
import { signedApp } from './caller.ts';
import { parseForm } from './form.ts';
import { losesAnswer } from './lost-response.ts';
import { publicUrl } from './public-url.ts';
import { type RongcloudCall, rongcloudCalls } from './rongcloud-calls.ts';
import { documented, type RouteDocs } from './route-docs.ts';
import { storedCallRefusal, storedCalls } from './stored-calls.ts';

/** The server API as RongCloud documents it: signed, form-encoded, answered in its words (A1–A6). */
export function rongcloudRoutes(apps: Apps, settings: SimulatorSettings) {
  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer' },
      (_, body: Buffer, done) => done(null, parseForm(body)),
    );
    server.decorateRequest('app');
    server.addHook('onRequest', (request, _, done) => {
      request.app = signedApp(request, apps);
      done();
    });
    for (const [url, call] of Object.entries(rongcloudCalls)) {
      server.post<{ Body: Fields | undefined }>(url, documented(docsOf(call)), async (request, reply) => {
        if (request.body === undefined) throw new ApiError('noBody', 'The request has no body.');
        const { app, body } = request;
        const address = () => (settings.imlib ? publicUrl(request, settings) : undefined);
        const text = await call.run(app, body, address);
        if (call.rated && losesAnswer(app, body, reply)) return reply;
        // Behind what the call has put on its way.
        afterTurn(() => reply.type(jsonType).send(text));
        return reply;
      });
    }
    for (const [url, instead] of Object.entries(storedCalls)) {
      // Before the body is read, which may be JSON, too.
      const onRequest = async () => {
        throw storedCallRefusal(url);
      };
      server.post(url, { onRequest, ...documented(storedDocs(instead)) }, () => {});
    }
  };
}

function docsOf({ summary, parameters, answer, rated }: RongcloudCall): RouteDocs {
  const codes = [1002, 1003, 1005, 1004, ...(rated ? [1008] : [])];
  return { group: 'RongCloud', summary, parameters, answer, codes };
}

function storedDocs(instead: string): RouteDocs {
  return { group: 'RongCloud', summary: `Always refused: post to ${instead}.`, codes: [1009, 1004] };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The app the caller means, once it has shown that it may. */
    app: App;
  }
}
