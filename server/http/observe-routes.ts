import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../app/metrics.ts';
import { operationDocs } from './route-docs.ts';

/**
 * Whether the simulator takes work, and if not, why. `degraded`: it does, but reaches only its own users, because the
 * other nodes of its cluster are unreachable.
 */
export type State = 'ready' | 'degraded' | 'overloaded' | 'shutting down';

const health = operationDocs('Whether the simulator answers at all.', {
  answer: { status: { const: 'ok' } },
});
const ready = operationDocs('Whether it accepts work: 503 while it is overloaded or shutting down.', {
  answer: { status: { enum: ['ready', 'degraded'] } },
});
const figures = operationDocs('Metrics for Prometheus.', { answerType: 'text/plain' });

/** How the simulator is doing, for those who operate it: without key and signature (B6.12). */
export function observeRoutes(metrics: Metrics, stateOf: () => State) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/healthz', health, () => ({ status: 'ok' }));

    server.get('/readyz', ready, (_, reply) => {
      const status = stateOf();
      if (status === 'overloaded' || status === 'shutting down') reply.code(503);
      return { status };
    });

    server.get('/metrics', figures, async (_, reply) => {
      reply.type(metrics.contentType);
      return metrics.text();
    });
  };
}
