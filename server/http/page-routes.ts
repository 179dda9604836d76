import type { FastifyInstance } from 'fastify';
import type { PageFiles } from '../app/settings.ts';

/** Nothing but what this server serves, and no script or style that stands in the page itself. */
const policy = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'connect'].map((kind) => `${kind}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((kind) => `${kind} 'none'`),
  "require-trusted-types-for 'script'",
].join('; ');

const headers = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

/** A page beside the API. Where apps are configured its first file says so: then it asks for the admin token. */
export function pageRoutes(files: PageFiles, open: boolean) {
  return async (server: FastifyInstance): Promise<void> => {
    for (const [path, file] of Object.entries(files)) {
      const served = () =>
        path === '/' && !open ? file.text.replace('<html', '<html data-closed') : file.text;
      server.get(path, (_, reply) => reply.headers(headers).type(file.type).send(served()));
    }
  };
}
