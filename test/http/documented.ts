import { Ajv2020 } from 'ajv/dist/2020.js';
import { startSimulator } from '../../server/index.ts';
import { type Answer, form, formType, type HttpRequest } from '../fixtures/simulator.ts';

/** What these tests read of the document. */
interface Operation {
  tags: string[];
  parameters: { name: string; in: string; required: boolean; example?: unknown }[];
  requestBody?: { content: Record<string, { schema: BodySchema; example: Record<string, unknown> }> };
  responses: Record<
    string,
    { content: Record<string, { schema?: { properties?: { code?: { enum?: number[] } } } }> }
  >;
}

interface BodySchema {
  required?: string[];
  properties: Record<string, object>;
}

/** One documented call. */
export interface Call {
  name: string;
  path: string;
  method: string;
  operation: Operation;
}

async function readDocument() {
  await using simulator = await startSimulator();
  const response = await fetch(`${simulator.url}/docs/json`);
  return (await response.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
}

export const apiDocument = await readDocument();

export const calls: Call[] = Object.entries(apiDocument.paths).flatMap(([path, methods]) => {
  return Object.entries(methods).map(([method, operation]) => {
    return { name: `${method.toUpperCase()} ${path}`, path, method: method.toUpperCase(), operation };
  });
});

const ajv = new Ajv2020({ strict: false });
ajv.addSchema(apiDocument, 'document');

/** What is wrong with an answer, by the schema that is documented for its status. */
export function faultsOf({ path, method }: Call, { status, body }: Answer): unknown {
  const steps = [
    'paths',
    path,
    method.toLowerCase(),
    'responses',
    status,
    'content',
    'application/json',
    'schema',
  ];
  const pointer = steps.map((step) => encodeURIComponent(String(step).replaceAll('/', '~1')));
  const validate = ajv.compile({ $ref: `document#/${pointer.join('/')}` });
  return validate(body) ? [] : validate.errors;
}

/** The path of a call, with the parameters that the query must have. */
export function pathOf({ path, operation }: Call): string {
  const required = operation.parameters.filter((each) => each.in === 'query' && each.required);
  const query = required.map(({ name, example }) => `${name}=${example}`).join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** The schema and the example of the body, if there is one. */
export function bodyOf({ operation }: Call) {
  const [[type, media] = []] = Object.entries(operation.requestBody?.content ?? {});
  return type === undefined || media === undefined ? undefined : { type, ...media };
}

/** The documented example as it goes over the wire, with these changes; undefined leaves a parameter out. */
export function requestOf(
  call: Call,
  headers: Record<string, string> = {},
  changes: object = {},
): HttpRequest {
  const body = bodyOf(call);
  if (body === undefined) return { method: call.method, headers };
  const values = { ...body.example, ...changes };
  return {
    method: call.method,
    headers: { ...headers, 'Content-Type': body.type },
    body: body.type === formType ? form(values as Record<string, string>) : JSON.stringify(values),
  };
}
