import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import type { Apps } from '../apps.ts';
import { ApiError } from '../core/api-error.ts';
import { type Fields, userId, userIds } from '../core/parameters.ts';
import { parsePublish } from '../core/publish-request.ts';
import { encodeRecipientUIDs } from '../core/status-message.ts';
import { limits } from '../protocol/limits.ts';
import { signedApp } from './caller.ts';
import { jsonType } from './errors.ts';
import { parseForm } from './form.ts';

/** A call of RongCloud's: what the app makes of the fields, as the text of the answer. */
type Call = (app: App, fields: Fields) => string;

const calls: Record<string, Call> = {
  '/statusmessage/private/publish.json': (app, fields) => {
    const { message } = app.publish(parsePublish(fields, app.settings), { via: 'rongcloud' });
    return `{"code":200,"messageUIDs":${message.encodedBy(encodeRecipientUIDs)}}`;
  },

  '/user/getToken.json': (app, fields) => {
    const id = userId(fields, 'userId');
    return ok({ userId: id, token: app.issueToken(id) });
  },

  // A text, and the same for a user who is offline and for one who never was (A6).
  '/user/checkOnline.json': (app, fields) => {
    return ok({ status: app.presence.isOnline(userId(fields, 'userId')) ? '1' : '0' });
  },

  '/user/blacklist/add.json': (app, fields) => {
    app.blacklists.add(userId(fields, 'userId'), blackUserIds(fields));
    return ok();
  },

  '/user/blacklist/remove.json': (app, fields) => {
    app.blacklists.remove(userId(fields, 'userId'), blackUserIds(fields));
    return ok();
  },

  '/user/blacklist/query.json': (app, fields) => ok({ users: app.blacklists.of(userId(fields, 'userId')) }),
};

/** The server API as RongCloud documents it: signed, form-encoded, answered in its words (A1–A6). */
export function rongcloudRoutes(apps: Apps) {
  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer' },
      async (_: unknown, body: Buffer) => parseForm(body),
    );
    server.decorateRequest('app');
    server.addHook('onRequest', async (request) => {
      request.app = signedApp(request, apps);
    });
    for (const [url, call] of Object.entries(calls)) {
      server.post<{ Body: Fields | undefined }>(url, (request, reply) => {
        if (request.body === undefined) throw new ApiError('noBody', 'The request has no body.');
        reply.type(jsonType).send(call(request.app, request.body));
      });
    }
  };
}

function blackUserIds(fields: Fields): string[] {
  return userIds(fields, 'blackUserId', limits.blackUserIds);
}

function ok(answer: object = {}): string {
  return JSON.stringify({ code: 200, ...answer });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The app the caller means, once it has shown that it may. */
    app: App;
  }
}
