import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../app/metrics.ts';
import { documented, type RouteDocs } from './route-docs.ts';

/**
 * Whether the simulator takes work, and if not, why. `degraded`: it does, and reaches only its own users, for the other
 * nodes of its cluster cannot be reached.
 */
export type State = 'ready' | 'degraded' | 'overloaded' | 'shutting down';

const health: RouteDocs = {
  group: 'Operation',
  summary: 'Whether the simulator answers at all.',
  answer: { status: { const: 'ok' } },
  codes: [],
};
const ready: RouteDocs = {
  group: 'Operation',
  summary: 'Whether it takes work: 503 while it has too much of it, or shuts down.',
  answer: { status: { enum: ['ready', 'degraded'] } },
  codes: [],
};
const figures: RouteDocs = {
  group: 'Operation',
  summary: 'Its figures, for Prometheus.',
  answerType: 'text/plain',
  codes: [],
};

/** How the simulator is: for whoever runs it, not for its callers, so without key and signature (B6.12). */
export function observeRoutes(metrics: Metrics, stateOf: () => State) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/healthz', documented(health), () => ({ status: 'ok' }));

    server.get('/readyz', documented(ready), (_, reply) => {
      const status = stateOf();
      if (status === 'overloaded' || status === 'shutting down') reply.code(503);
      return { status };
    });

    server.get('/metrics', documented(figures), async (_, reply) => {
      reply.type(metrics.contentType);
      return metrics.text();
    });
  };
}
