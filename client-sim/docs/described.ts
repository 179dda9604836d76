import type { JsonSchema } from '../../server/protocol/json-schema.ts';

/** What the page reads of the OpenAPI document. */
export interface Described {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Media };
  /** By HTTP status. */
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Media }>>;
}

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly description: string;
}

/** By media type. */
type Media = Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown }>>;
