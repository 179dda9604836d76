import type { FastifyReply } from 'fastify';
import type { App } from '../app/app.ts';
import type { Fields } from '../core/parameters.ts';

/** Cuts the connection in place of the answer to an accepted publish, if a test has asked for that (B6.10). */
export function losesAnswer(app: App, fields: Fields, reply: FastifyReply): boolean {
  const [fromUserId] = fields.get('fromUserId') ?? [];
  if (typeof fromUserId !== 'string' || !app.interceptor.losesAnswer(fromUserId)) return false;
  reply.hijack();
  reply.raw.destroy();
  return true;
}
