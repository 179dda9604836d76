import type { Parameter } from '../../server/core/parameters.ts';
import { errorCodes } from '../../server/protocol/error-codes.ts';
import { integer, type JsonSchema, object, text } from '../../server/protocol/json-schema.ts';
import { version } from '../../server/version.ts';

/** What the documentation says about a route. The parameters are the ones that the route reads with. */
export interface RouteDocs {
  readonly group: 'RongCloud' | 'Simulator' | 'Operation';
  /** In one line. */
  readonly summary: string;
  /** Of the body. */
  readonly parameters?: readonly Parameter[];
  readonly query?: readonly Parameter[];
  /** The fields of the answer besides its code; undefined if it is not JSON. */
  readonly answer?: Readonly<Record<string, JsonSchema>>;
  /** Fields that the answer may lack. */
  readonly mayHave?: Readonly<Record<string, JsonSchema>>;
  /** The type of an answer that is not JSON. */
  readonly answerType?: string;
  /** The codes of its refusals (A5). */
  readonly codes: readonly number[];
}

/** A route as it was registered. */
export interface DocumentedRoute {
  readonly method: string;
  /** As Fastify has it, e.g. `/sim/presence/:userId`. */
  readonly url: string;
  readonly docs: RouteDocs;
}

export type OpenApi = ReturnType<typeof openApi>;
export type Operation = ReturnType<typeof operation>;

const formType = 'application/x-www-form-urlencoded';

/** Describes the routes in OpenAPI 3.1. */
export function openApi(routes: readonly DocumentedRoute[]) {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'status-sim', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: { Error: errorSchema }, securitySchemes },
  };
}

const description =
  'A local stand-in for RongCloud status messages: they reach users who are online, and are lost for everybody else. The WebSocket of clients is described at /docs/asyncapi.json.';

/** In the order in which a reader wants them. */
const tags: Record<RouteDocs['group'], string> = {
  RongCloud: "RongCloud's own calls: form-encoded, and signed unless the simulator is open.",
  Simulator: "The simulator's calls: JSON, for tests and for people.",
  Operation: 'The state of the simulator.',
};

const errorSchema = {
  ...object({ code: integer, errorMessage: text, url: { ...text, description: 'The path of the request.' } }),
  example: { code: 1002, errorMessage: 'The parameter userId is required.', url: '/user/getToken.json' },
};

const signature = ['App-Key', 'Nonce', 'Timestamp', 'Signature'];

const securitySchemes = {
  ...Object.fromEntries(signature.map((name) => [name, { type: 'apiKey', in: 'header', name }])),
  AdminToken: { type: 'http', scheme: 'bearer' },
};

// Optional, because an open simulator asks for none of it.
const security: Record<RouteDocs['group'], object[]> = {
  RongCloud: [Object.fromEntries(signature.map((name) => [name, []])), {}],
  Simulator: [{ AdminToken: [], 'App-Key': [] }, {}],
  Operation: [],
};

function operation({ method, url, docs }: DocumentedRoute) {
  return {
    operationId: `${method} ${url}`
      .replace(/\W+(\w)/g, (_, letter) => letter.toUpperCase())
      .replace(/\W/g, ''),
    tags: [docs.group as string],
    summary: docs.summary,
    security: security[docs.group],
    parameters: [...pathParameters(url), ...(docs.query ?? []).map(queryParameter)],
    ...(docs.parameters === undefined ? {} : { requestBody: requestBody(docs, docs.parameters) }),
    responses: { 200: success(docs), ...refusals(docs.codes) } as Record<string, Response>,
  };
}

function pathParameters(url: string) {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => {
    const about = name === 'userId' ? 'The user.' : 'The client, by its id.';
    return { name: name!, in: 'path', required: true, schema: text, description: about };
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

function success({ group, answer, mayHave, answerType }: RouteDocs) {
  if (answer === undefined) return response('Done.', {}, answerType);
  const code = group === 'Operation' ? {} : { code: { const: 200 } };
  return response('Done.', { schema: object({ ...code, ...answer }, mayHave) });
}

/** One response for each HTTP status, which may stand for several codes. */
function refusals(codes: readonly number[]) {
  const statuses = [...new Set(codes.map(statusOf))];
  return Object.fromEntries(
    statuses.map((status) => {
      const these = codes.filter((code) => statusOf(code) === status);
      const schema = { $ref: '#/components/schemas/Error', properties: { code: { enum: these } } };
      return [status, response(`Refused with ${these.join(' or ')}.`, { schema })];
    }),
  );
}

type Response = ReturnType<typeof response>;

function response(description: string, media: { schema?: JsonSchema }, type = 'application/json') {
  return { description, content: { [type]: media } };
}

function statusOf(code: number): number {
  return Object.values(errorCodes).find((each) => each.code === code)!.status;
}
