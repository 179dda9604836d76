import type { FastifyInstance } from 'fastify';
import { asyncApi } from '../../client-sim/docs/asyncapi.ts';
import { docsPolicy } from '../../client-sim/docs/docs-assets.ts';
import { docsPage } from '../../client-sim/docs/docs-page.ts';
import { type DocumentedRoute, openApi } from '../../client-sim/docs/openapi.ts';
import { operationDocs } from './route-docs.ts';

/** The routes that are documented, as they are registered from now on. */
export function documentedRoutes(server: FastifyInstance): readonly DocumentedRoute[] {
  const routes: DocumentedRoute[] = [];
  server.addHook('onRoute', ({ method, url, config }) => {
    // Fastify adds a HEAD to each GET.
    if (config?.docs !== undefined && method !== 'HEAD')
      routes.push({ method: String(method), url, docs: config.docs });
  });
  return routes;
}

/** What all of it is described at. Made when somebody asks: few do, and the start is not theirs to slow down. */
export function docsRoutes(routes: readonly DocumentedRoute[], hasPage: boolean) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/docs', operationDocs('/docs'), (_, reply) => {
      reply.header('Content-Security-Policy', docsPolicy).header('X-Content-Type-Options', 'nosniff');
      reply.type('text/html;charset=UTF-8').send(docsPage(openApi(routes), hasPage));
    });
    server.get('/docs/json', operationDocs('/docs/json'), () => openApi(routes));
    server.get('/docs/asyncapi.json', operationDocs('/docs/asyncapi.json'), () => asyncApi());
  };
}
