import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { rongcloudCalls } from '../../server/http/rongcloud-calls.ts';
import type { SimEvent } from '../../server/index.ts';
import { app, it, signedHeaders, typing } from '../fixtures/simulator.ts';

/** Every path that an official SDK knows. */
const file = join(import.meta.dirname, '../fixtures/rongcloud-paths.txt');
const paths = readFileSync(file, 'utf8').trimEnd().split('\n');

/** With the option `stored` they are served (B13). */
const storable = ['private', 'group', 'system'].map((kind) => `/message/${kind}/publish.json`);

/** What an answer with data, or a message, is asked for with. */
const asks =
  /\/(query|get|list|querylist|check|exist|info|history|generate|verify|custom|push|deactivate|reactivate|broadcast|publish(_template)?)\.json$/;
/** They sound as if they only set something, and answer with more. */
const alsoAsk = ['/entrust/group/join.json', '/entrust/group/manager/add.json'];

const statuses = paths.map((path) => {
  const onlySets = !asks.test(path) && !alsoAsk.includes(path);
  return { path, isServed: path in rongcloudCalls, onlySets };
});
const unserved = statuses.filter(({ isServed }) => !isServed);

it('the list has the 220 paths', () => {
  expect(new Set(paths).size).toBe(220);
});

it.for(statuses)('B12.1 $path is served, or says that it is not simulated', async (call, { postForm }) => {
  const { status, body } = await postForm(call.path, { anything: 'x' });
  if (call.isServed) return expect([404, 430]).not.toContain(status);
  const { code, errorMessage, url } = body;
  expect([status, code, url]).toEqual([430, 1009, call.path]);
  const what = storable.includes(call.path)
    ? 'sends stored messages, which are not simulated. '
    : "is a call of RongCloud's that is not simulated.";
  expect(errorMessage).toContain(`${call.path} ${what}`);
});

const online = [
  ['/message/private/publish.json', '/statusmessage/private/publish.json'],
  ['/message/private/publish_template.json', '/statusmessage/private/publish.json'],
  ['/message/group/publish.json', '/statusmessage/group/publish.json'],
  ['/message/ultragroup/publish.json', '/statusmessage/group/publish.json'],
  ['/message/chatroom/publish.json', '/statusmessage/group/publish.json'],
  ['/message/chatroom/broadcast.json', '/message/online/broadcast.json'],
  ['/message/system/publish.json', '/statusmessage/private/publish.json'],
  ['/message/system/publish_template.json', '/statusmessage/private/publish.json'],
  ['/message/broadcast.json', '/message/online/broadcast.json'],
] as const;

it.for(online)('B3.14 %s names %s instead, which is served', async ([path, instead], { postForm }) => {
  const { body } = await postForm(path, typing);
  expect(body.errorMessage).toContain(` To reach only who is online, post to ${instead}.`);
  expect(Object.keys(rongcloudCalls)).toContain(instead);
});

it('B12.1 a call that is not simulated says so to a body of any kind', async ({ postJson, send }) => {
  const json = await postJson('/v3/bot/create.json', { name: 'helper' });
  const broken = await send('/push.json', { headers: { 'Content-Type': 'application/json' }, body: '{' });
  for (const answer of [json, broken]) expect(answer).toMatchObject({ status: 430, body: { code: 1009 } });
});

it('B12.1 a slash too many does no harm', async ({ send }) => {
  expect(await send('//friend/add.json')).toMatchObject({ status: 430, body: { code: 1009 } });
});

it('B3.12 a call that is not simulated has a method', async ({ send }) => {
  const answer = await send('/friend/get.json', { method: 'GET' });
  expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
});

it('B3.12 a path that no SDK knows is not a valid API', async ({ postForm }) => {
  const answer = await postForm('/friend/tickle.json', typing);
  expect(answer).toMatchObject({ status: 404, body: { errorMessage: 'Not a valid API.' } });
});

it('B13.1 unless it is asked for, a stored call reaches nobody', async ({ connect, postForm }) => {
  const bob = await connect('bob');
  await postForm('/message/private/publish.json', typing);
  await bob.settle();
  expect(bob.received).toEqual([]);
});

describe('with apps configured, and acceptUnsimulated', () => {
  it.override('options', { apps: [app], acceptUnsimulated: true });

  it('B3.10 a call that is not simulated is checked for its signature', async ({ postForm }) => {
    for (const path of ['/message/private/publish.json', '/group/ban/add.json']) {
      const answer = await postForm(path, typing, { 'App-Key': app.key });
      expect(answer).toMatchObject({ status: 401, body: { code: 1004 } });
    }
  });

  it('B12.2 what only sets something is accepted and traced, what asks for data is refused', async ({
    simulator,
    postForm,
  }) => {
    const events: SimEvent[] = [];
    for (const kind of ['accepted', 'refused'] as const) simulator.on(kind, (event) => events.push(event));
    for (const { path, onlySets } of unserved) {
      const { status, body } = await postForm(path, typing, signedHeaders(app));
      expect([path, status, body.code]).toEqual(onlySets ? [path, 200, 200] : [path, 430, 1009]);
      if (onlySets) expect(body).toEqual({ code: 200 });
      const traced = { at: expect.any(Number), appKey: app.key, path };
      expect(events.splice(0)).toEqual([
        onlySets
          ? { event: 'accepted', ...traced, note: 'accepted, not simulated' }
          : { event: 'refused', ...traced, code: 1009, errorMessage: body.errorMessage },
      ]);
    }
  });
});
