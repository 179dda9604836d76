import type { FastifyContextConfig } from 'fastify';
import type { RouteDocs } from '../../client-sim/docs/openapi.ts';
import { type CallDocs, operationCalls, simCalls } from '../../client-sim/docs/sim-docs.ts';
import type { Parameter } from '../core/parameters.ts';

/** Of a call under `/sim`, which is refused without the admin token. */
export function simDocs(
  name: keyof typeof simCalls,
  parameters: Pick<RouteDocs, 'parameters' | 'query'> = {},
) {
  const docs: CallDocs = simCalls[name];
  const codes = [1007, 1002, ...(docs.codes ?? [])];
  return documented({ ...docs, ...parameters, group: 'Simulator', codes });
}

/** Of a call about the simulator itself, which is never refused. */
export function operationDocs(path: keyof typeof operationCalls) {
  return documented({ ...operationCalls[path], group: 'Operation', codes: [] });
}

/** The route options that carry the documentation. */
export function documented(docs: RouteDocs): { config: FastifyContextConfig } {
  return { config: { docs } };
}

/** The names of the parameters that a route knows. */
export const namesOf = (parameters: readonly Parameter[] = []) => parameters.map(({ name }) => name);

declare module 'fastify' {
  interface FastifyContextConfig {
    docs?: RouteDocs;
  }
}
