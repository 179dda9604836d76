import type { Parameter } from '../core/parameters.ts';
import { errorCodes } from '../protocol/error-codes.ts';
import type { JsonSchema } from '../protocol/json-schema.ts';
import { version } from '../version.ts';
import type { RouteDocs } from './route-docs.ts';

/** A route as it was registered. */
export interface DocumentedRoute {
  readonly method: string;
  /** As Fastify has it, e.g. `/sim/presence/:userId`. */
  readonly url: string;
  readonly docs: RouteDocs;
}

/** An operation, as far as the page of the documentation reads it. */
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  parameters: {
    name: string;
    in: 'path' | 'query';
    required: boolean;
    schema: JsonSchema;
    description: string;
  }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema; example: unknown }> };
  responses: Record<string, { description: string; content: Record<string, { schema?: JsonSchema }> }>;
}

export interface OpenApi {
  info: { title: string; version: string; description: string; license: object };
  /** In the order in which a person wants them. */
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
}

const formType = 'application/x-www-form-urlencoded';

/** Describes the routes in OpenAPI 3.1. */
export function openApi(routes: readonly DocumentedRoute[]): OpenApi & Record<string, unknown> {
  const paths: OpenApi['paths'] = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'status-sim', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: [
      {
        name: 'RongCloud',
        description: "RongCloud's own calls: form-encoded, and signed unless the simulator is open.",
      },
      { name: 'Simulator', description: "The simulator's calls: JSON, for tests and for people." },
      { name: 'Operation', description: 'How the simulator is.' },
    ],
    paths,
    components: { schemas: { Error: errorSchema }, securitySchemes },
  };
}

const description =
  'A local stand-in for RongCloud status messages: they reach who is online, and vanish for who is not. The WebSocket of clients is described at /docs/asyncapi.json.';

const errorSchema = {
  type: 'object',
  required: ['code', 'errorMessage', 'url'],
  properties: {
    code: { type: 'integer' },
    errorMessage: { type: 'string' },
    url: { type: 'string', description: 'The path of the request.' },
  },
  example: { code: 1002, errorMessage: 'The parameter userId is required.', url: '/user/getToken.json' },
};

const signature = ['App-Key', 'Nonce', 'Timestamp', 'Signature'];

const securitySchemes = {
  ...Object.fromEntries(signature.map((name) => [name, { type: 'apiKey', in: 'header', name }])),
  AdminToken: { type: 'http', scheme: 'bearer' },
};

// Without apps configured, none of it is asked for.
const security: Record<RouteDocs['group'], object[]> = {
  RongCloud: [Object.fromEntries(signature.map((name) => [name, []])), {}],
  Simulator: [{ AdminToken: [], 'App-Key': [] }, {}],
  Operation: [],
};

function operation({ method, url, docs }: DocumentedRoute): Operation & { security: object[] } {
  return {
    operationId: `${method} ${url}`
      .replace(/\W+(\w)/g, (_, letter) => letter.toUpperCase())
      .replace(/\W/g, ''),
    tags: [docs.group],
    summary: docs.summary,
    security: security[docs.group],
    parameters: [...pathParameters(url), ...(docs.query ?? []).map(queryParameter)],
    ...(docs.parameters === undefined ? {} : { requestBody: requestBody(docs, docs.parameters) }),
    responses: { 200: success(docs), ...refusals(docs.codes) },
  } as Operation & { security: object[] };
}

function pathParameters(url: string) {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => {
    const about = name === 'userId' ? 'The user.' : 'The client, by its id.';
    return { name, in: 'path', required: true, schema: { type: 'string' }, description: about };
  });
}

function queryParameter({ name, required, schema, description, example }: Parameter) {
  return { name, in: 'query', required, schema, description, example };
}

function requestBody({ group }: RouteDocs, parameters: readonly Parameter[]) {
  const isForm = group === 'RongCloud';
  const properties = parameters.map(({ name, schema, jsonSchema = schema, description }) => {
    return [name, { ...(isForm ? schema : jsonSchema), description }];
  });
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
  const example = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.example]));
  return {
    required: required.length > 0,
    content: { [isForm ? formType : 'application/json']: { schema, example } },
  };
}

function success({ group, answer, mayHave, answerType = 'application/json' }: RouteDocs) {
  if (answer === undefined) return { description: 'Done.', content: { [answerType]: {} } };
  const required = { ...(group === 'Operation' ? {} : { code: { const: 200 } }), ...answer };
  const schema = { type: 'object', required: Object.keys(required), properties: { ...required, ...mayHave } };
  return { description: 'Done.', content: { [answerType]: { schema } } };
}

/** By HTTP status: each stands for some codes. */
function refusals(codes: readonly number[]) {
  const statuses = new Set(codes.map(statusOf));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const these = codes.filter((code) => statusOf(code) === status);
      const schema = { $ref: '#/components/schemas/Error', properties: { code: { enum: these } } };
      return [
        status,
        { description: `Refused with ${these.join(' or ')}.`, content: { 'application/json': { schema } } },
      ];
    }),
  );
}

function statusOf(code: number): number {
  return Object.values(errorCodes).find((each) => each.code === code)!.status;
}
