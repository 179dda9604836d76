import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../app/metrics.ts';
import { operationDocs } from './route-docs.ts';

/**
 * Whether the simulator takes work, and if not, why. `degraded`: it does, but reaches only its own users, because the
 * other nodes of its cluster are unreachable.
 */
export type State = 'ready' | 'degraded' | 'overloaded' | 'shutting down';

/** How the simulator is doing, for those who operate it: without key and signature (B6.12). */
export function observeRoutes(metrics: Metrics, stateOf: () => State) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/healthz', operationDocs('/healthz'), () => ({ status: 'ok' }));

    server.get('/readyz', operationDocs('/readyz'), (_, reply) => {
      const status = stateOf();
      if (status === 'overloaded' || status === 'shutting down') reply.code(503);
      return { status };
    });

    server.get('/metrics', operationDocs('/metrics'), async (_, reply) => {
      reply.type(metrics.contentType);
      return metrics.text();
    });
  };
}
