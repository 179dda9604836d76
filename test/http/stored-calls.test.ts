import { describe, expect } from 'vitest';
import { rongcloudCalls, storedCalls } from '../../server/http/rongcloud-calls.ts';
import { app, it, typing } from '../fixtures/simulator.ts';

const entries = Object.entries(storedCalls);

it.for(entries)('B3.14 %s names %s instead', async ([path, instead], { postForm }) => {
  const { status, body } = await postForm(path, typing);
  expect([status, body.code]).toEqual([430, 1009]);
  expect(body.errorMessage).toContain(`post to ${instead}.`);
});

it.for(entries)('B3.14 what %s names is answered: %s', ([, instead]) => {
  expect(Object.keys(rongcloudCalls)).toContain(instead);
});

it('B3.14 a stored call says so to a body of any kind', async ({ postJson }) => {
  const answer = await postJson('/message/private/publish_template.json', { fromUserId: 'alice' });
  expect(answer).toMatchObject({ status: 430, body: { code: 1009 } });
});

it('B3.14 a stored call reaches nobody', async ({ connect, postForm }) => {
  const bob = await connect('bob');
  await postForm('/message/private/publish.json', typing);
  await bob.settle();
  expect(bob.received).toEqual([]);
});

describe('with apps configured', () => {
  it.override('options', { apps: [app] });

  it('B3.10 a stored call without a signature says nothing but that', async ({ postForm }) => {
    const answer = await postForm('/message/private/publish.json', typing, { 'App-Key': app.key });
    expect(answer).toMatchObject({ status: 401, body: { code: 1004 } });
  });
});
