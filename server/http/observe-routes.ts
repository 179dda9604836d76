import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { documented, type RouteDocs } from './route-docs.ts';

const health: RouteDocs = {
  group: 'Operation',
  summary: 'Whether the simulator answers at all.',
  answer: { status: { const: 'ok' } },
  codes: [],
};
const ready: RouteDocs = {
  group: 'Operation',
  summary: 'Whether it takes work: 503 while it shuts down.',
  answer: { status: { const: 'ready' } },
  codes: [],
};
const figures: RouteDocs = {
  group: 'Operation',
  summary: 'Its figures, for Prometheus.',
  answerType: 'text/plain',
  codes: [],
};

/** How the simulator is: for whoever runs it, not for its callers, so without key and signature (B6). */
export function observeRoutes(metrics: Metrics, isClosing: () => boolean) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/healthz', documented(health), () => ({ status: 'ok' }));

    server.get('/readyz', documented(ready), (_, reply) => {
      if (isClosing()) reply.code(503);
      return { status: isClosing() ? 'shutting down' : 'ready' };
    });

    server.get('/metrics', documented(figures), async (_, reply) => {
      reply.type(metrics.contentType);
      return metrics.text();
    });
  };
}
