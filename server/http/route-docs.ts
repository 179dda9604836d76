import type { FastifyContextConfig } from 'fastify';
import type { RouteDocs } from '../../client-sim/docs/openapi.ts';
import type { Parameter } from '../core/parameters.ts';

type Details = Partial<Omit<RouteDocs, 'group' | 'summary'>>;

/** The route options that carry the documentation. */
export function documented(docs: RouteDocs): { config: FastifyContextConfig } {
  return { config: { docs } };
}

/** Of a call under `/sim`, which is refused without the admin token. */
export function simDocs(summary: string, { codes = [], ...details }: Details) {
  return documented({ ...details, summary, group: 'Simulator', codes: [1007, 1002, ...codes] });
}

/** Of a call about the simulator itself, which is never refused. */
export function operationDocs(summary: string, details: Details) {
  return documented({ ...details, summary, group: 'Operation', codes: [] });
}

/** The names of the parameters that a route knows. */
export const namesOf = (parameters: readonly Parameter[] = []) => parameters.map(({ name }) => name);

/** A parameter that this route does not require. */
export function optional(parameter: Parameter): Parameter {
  return { ...parameter, required: false };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    docs?: RouteDocs;
  }
}
