import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'vitest';
import { rongcloudCalls } from '../../server/http/rongcloud-calls.ts';
import { createTestHttpServer } from '../fixtures/http-server.ts';
import { it } from '../fixtures/simulator.ts';
import { apiDocument, bodyOf, calls, faultsOf, pathOf, requestOf } from './documented.ts';

it('B6.12 the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(apiDocument));
  expect([valid, errors, validator.version]).toEqual([true, undefined, '3.1']);
});

it("B6.12 every call of RongCloud's is in it", () => {
  const paths = Object.keys(rongcloudCalls);
  expect(paths.filter((path) => !apiDocument.paths[path]?.post)).toEqual([]);
});

it('B6.12 every route is in it', async () => {
  const server = createTestHttpServer();
  const routes: string[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') routes.push(`${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
  });
  await server.ready();
  await server.close();
  expect(routes.sort()).toEqual(calls.map(({ name }) => name).sort());
});

const withBody = calls.filter((call) => bodyOf(call) !== undefined);

it.for(withBody)('B6.12 each parameter of $name is described, and has its place in the example', (call) => {
  const { schema, example } = bodyOf(call)!;
  const undescribed = Object.entries(schema.properties).filter(([, each]) => !('description' in each));
  expect(undescribed).toEqual([]);
  expect(Object.keys(example)).toEqual(expect.arrayContaining(schema.required ?? []));
});

const working = calls.filter(({ operation }) => {
  return operation.responses['200']?.content['application/json']?.schema && !('430' in operation.responses);
});

it.for(working)(
  'B6.12 the example of $name is answered as its schema says',
  async (call, { postForm, postJson, send }) => {
    await postForm('/user/getToken.json', { userId: 'bob', name: 'Bob' });
    const { body } = await postJson('/sim/clients', { userId: 'alice' });
    const { id } = body as unknown as { id: string };
    const path = pathOf(call).replace('{userId}', 'alice').replace('{id}', id);
    let answer = await send(path, requestOf(call));
    // On a busy machine /readyz may say for a moment that the simulator is overloaded.
    while (answer.status === 503) answer = await send(path, requestOf(call));
    expect([answer.status, faultsOf(call, answer)]).toEqual([200, []]);
  },
);
