import { describe, expect } from 'vitest';
import { app, formType, it, publishPath, signedHeaders, typing } from '../fixtures/simulator.ts';
import { bodyOf, calls, pathOf, requestOf } from './documented.ts';

const sim = calls.filter(({ path }) => path.startsWith('/sim/'));
const pathFor = (call: (typeof calls)[number]) =>
  pathOf(call).replace('{userId}', 'alice').replace('{id}', '1');

it.for(sim)('B6.1 $name refuses a parameter that it does not know', async (call, { send }) => {
  const path = pathFor(call);
  const { status, body } = await send(`${path}${path.includes('?') ? '&' : '?'}stray=1`, requestOf(call));
  expect([status, body.code]).toEqual([400, 1002]);
  expect(body.errorMessage).toContain('The parameter stray is not known.');
});

it.for(sim.filter((call) => bodyOf(call) !== undefined))(
  'B6.1 $name refuses a field that it does not know',
  async (call, { send }) => {
    const { status, body } = await send(pathFor(call), requestOf(call, {}, { stray: 1 }));
    expect([status, body.code]).toEqual([400, 1002]);
    expect(body.errorMessage).toContain('The parameter stray is not known.');
  },
);

it.for([
  ['PUT', '/sim/faults', { fault: 'freeze', userid: 'bob' }, 'userid is not known. Did you mean userId?'],
  [
    'PUT',
    '/sim/faults',
    { fault: 'freeze', userId: 'bob', count: 1 },
    'count is not known. There are fault, userId',
  ],
  ['POST', '/sim/publish', { ...typing, toUserIds: 'bob' }, 'toUserIds is not known. Did you mean toUserId?'],
  [
    'POST',
    '/sim/clients',
    { userId: 'bob', plattform: 'ios' },
    'plattform is not known. Did you mean platform?',
  ],
  ['POST', '/sim/reset', { userId: 'bob' }, 'userId is not known. There is none.'],
  ['DELETE', '/sim/faults', { userId: 'bob' }, 'userId is not known. There is none.'],
  ['DELETE', '/sim/faults?userid=bob', undefined, 'userid is not known. Did you mean userId?'],
  ['GET', '/sim/presence?appkey=x', undefined, 'appkey is not known. Did you mean appKey?'],
  ['GET', '/sim/apps?x%1b=1', undefined, '"x\\u001b" is not known.'],
] as const)('B6.1 %s %s with %o says what is known', async ([method, path, fields, message], { send }) => {
  const headers =
    fields === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': JSON.stringify(fields).length };
  const { status, body } = await send(path, {
    method,
    headers,
    ...(fields && { body: JSON.stringify(fields) }),
  });
  expect([status, body.code, body.errorMessage]).toEqual([400, 1002, expect.stringContaining(message)]);
});

it('B6.1 a fault with a field of another one is not set', async ({ postJson, send }) => {
  await send('/sim/faults', { method: 'PUT', body: '{"fault":"freeze","userId":"bob","count":1}' });
  expect((await send('/sim/faults', { method: 'GET' })).body).toEqual({ code: 200, faults: [] });
  expect(postJson).toBeDefined();
});

it.for([
  ['GET', '/sim/presence/'],
  ['DELETE', '/sim/sessions/'],
  ['DELETE', '/sim/clients/'],
  ['GET', '/sim/clients//inbox'],
  ['POST', '/sim/clients//settle'],
  ['POST', '/sim/clients//publish'],
])('B6.1 %s %s has an empty id', async ([method, path], { send }) => {
  const { status, body } = await send(path!, { method: method! });
  expect([status, body.code]).toEqual([400, 1002]);
});

it('B6.1 an id in a path may not be too long', async ({ send }) => {
  const { body } = await send(`/sim/presence/${'x'.repeat(65)}`, { method: 'GET' });
  expect(body).toMatchObject({ code: 1005, errorMessage: expect.stringContaining('at most 64') });
});

it.for(['.', '..', 'a/b', '%2e', 'ä b'])(
  'B6.3 the user "%s" can be asked for by query',
  async (userId, { connect, send }) => {
    const ios = await connect({ userId, platform: 'ios' });
    const query = `userId=${encodeURIComponent(userId)}`;
    const { body } = await send(`/sim/presence?${query}`, { method: 'GET' });
    expect(body).toMatchObject({ userId, online: true, sessions: [{ platform: 'ios' }] });
    const { body: gone } = await send(`/sim/sessions?${query}`, { method: 'DELETE' });
    expect(gone).toEqual({ code: 200, closed: 1 });
    expect(await ios.closed).toMatchObject({ code: 4011 });
  },
);

it('B6.1 an App-Key that stands twice in the query is refused', async ({ send }) => {
  const { status, body } = await send('/sim/clock?appKey=a&appKey=b', { method: 'GET' });
  expect([status, body.code]).toEqual([400, 1002]);
});

describe('what a body is', () => {
  it.for([
    [publishPath, 'text/plain', `The Content-Type of the body is "text/plain": it must be ${formType}.`],
    [
      publishPath,
      'application/json',
      `The Content-Type of the body is "application/json": it must be ${formType}.`,
    ],
    [
      '/sim/publish',
      'text/plain',
      'The Content-Type of the body is "text/plain": it must be application/json.',
    ],
    ['/sim/publish', '', 'The Content-Type of the body is "": it must be application/json.'],
  ])('B3.8 %s is told of the Content-Type "%s"', async ([path, type, message], { send }) => {
    const headers = type === '' ? {} : { 'Content-Type': type };
    const { status, body } = await send(path!, { headers, body: 'x=1' });
    expect([status, body.code, body.errorMessage]).toEqual([400, 1002, message]);
  });

  it.for([publishPath, '/sim/publish'])('B3.8 %s is told of a Content-Encoding', async (path, { send }) => {
    const headers = { 'Content-Type': formType, 'Content-Encoding': 'gzip' };
    const { body } = await send(path, { headers, body: 'x=1' });
    expect(body.errorMessage).toBe('The Content-Encoding of the body is "gzip": it must be identity.');
  });

  it('B3.8 a body that says it is not encoded is read', async ({ publish }) => {
    expect(await publish({}, { 'Content-Encoding': 'identity' })).toMatchObject({ status: 200 });
  });

  it.for([
    ['content=%zz', 'The parameter content is not decodable as form-encoded UTF-8.'],
    ['fromUserId=a&toUserId=%ff', 'The parameter toUserId is not decodable as form-encoded UTF-8.'],
    ['%=1', 'The parameter "%" is not decodable as form-encoded UTF-8.'],
  ])('B3.8 %s names the parameter', async ([body, message], { send }) => {
    const answer = await send(publishPath, { headers: { 'Content-Type': formType }, body: body! });
    expect(answer.body).toMatchObject({ code: 1002, errorMessage: message });
  });

  it.for([
    ['/sim/presence?userId=%zz', 'The parameter userId has a broken percent escape.'],
    ['/sim/presence/%zz', 'The path has a broken percent escape.'],
  ])('B3.8 %s is told where it breaks', async ([path, message], { send }) => {
    expect((await send(path!, { method: 'GET' })).body).toMatchObject({ code: 1002, errorMessage: message });
  });
});

it('B3.7 an empty flag counts as absent', async ({ publish, postJson }) => {
  expect(await publish({ verifyBlacklist: '', isIncludeSender: '' })).toMatchObject({ status: 200 });
  expect(await postJson('/sim/publish', { ...typing, isIncludeSender: '' })).toMatchObject({ status: 200 });
});

describe('with apps', () => {
  it.override('options', { apps: [app] });

  it('B3.9 B6.6 an App-Key that was sent twice is refused, and the trace says why', async ({
    simulator,
    publish,
  }) => {
    const hints: unknown[] = [];
    simulator.on('refused', (event) => hints.push(event.hints));
    const { body } = await publish(
      {},
      { ...signedHeaders(app), 'App-Key': [app.key, app.key] as unknown as string },
    );
    expect([body.code, hints]).toEqual([
      1002,
      [[expect.stringContaining('The header App-Key was sent twice')]],
    ]);
  });
});
