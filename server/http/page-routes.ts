import type { FastifyInstance } from 'fastify';
import { pageHeaders } from '../../client-sim/docs/docs-assets.ts';
import type { PageFiles } from '../app/settings.ts';

/** A page beside the API. Where apps are configured its first file says so: then it asks for the admin token. */
export function pageRoutes(files: PageFiles, open: boolean) {
  return async (server: FastifyInstance): Promise<void> => {
    for (const [path, file] of Object.entries(files)) {
      const served = () =>
        path === '/' && !open ? file.text.replace('<html', '<html data-closed') : file.text;
      server.get(path, (_, reply) => reply.headers(pageHeaders).type(file.type).send(served()));
    }
  };
}
