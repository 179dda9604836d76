import type { FastifyContextConfig } from 'fastify';
import type { Parameter } from '../core/parameters.ts';
import type { JsonSchema } from '../protocol/json-schema.ts';

/** What the documentation says of a route. Its parameters are the ones it reads with. */
export interface RouteDocs {
  readonly group: 'RongCloud' | 'Simulator' | 'Operation';
  /** In one line. */
  readonly summary: string;
  /** Of the body. */
  readonly parameters?: readonly Parameter[];
  readonly query?: readonly Parameter[];
  /** What the answer has besides its code, by name; undefined when it is no JSON. */
  readonly answer?: Readonly<Record<string, JsonSchema>>;
  /** What it may have besides. */
  readonly mayHave?: Readonly<Record<string, JsonSchema>>;
  /** The type of an answer that is no JSON. */
  readonly answerType?: string;
  /** The codes it may be refused with (A5). */
  readonly codes: readonly number[];
}

/** What a route is registered with. */
export function documented(docs: RouteDocs): { config: FastifyContextConfig } {
  const parameters = [...(docs.parameters ?? []), ...(docs.query ?? [])].map(({ name }) => name);
  return { config: { docs, parameters } };
}

/** Of a call under `/sim`, which may be refused for want of the admin token. */
export function simDocs(docs: Omit<RouteDocs, 'group' | 'codes'> & { codes?: readonly number[] }) {
  const own = docs.parameters || docs.query ? [1002] : [];
  return documented({ ...docs, group: 'Simulator', codes: [1007, ...own, ...(docs.codes ?? [])] });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    docs?: RouteDocs;
    /** The names of the parameters that the route knows. */
    parameters?: readonly string[];
  }
}
