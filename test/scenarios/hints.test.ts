import { expect } from 'vitest';
import type { SimEvent } from '../../server/index.ts';
import { it as base, publishPath, typing } from '../fixtures/simulator.ts';

const hint = (name: string, meant: string) =>
  `The parameter ${name} is not known and was ignored. Did you mean ${meant}?`;

const it = base.extend('options', {}).extend('trace', ({ simulator }) => {
  const events: SimEvent[] = [];
  simulator.app().listen((event) => events.push(event));
  return events;
});

it('B6.6 a mistaken flag is ignored, and the trace has a hint', async ({ trace, publish }) => {
  expect(await publish({ isIncludesender: '1' })).toMatchObject({ status: 200 });
  expect(trace).toMatchObject([
    {
      event: 'publish',
      report: { echo: { outcome: 'not-requested' } },
      hints: [hint('isIncludesender', 'isIncludeSender')],
    },
  ]);
});

it('A3 a mistaken recipient is refused, and the trace has a hint', async ({ trace, publish }) => {
  expect(await publish({ toUserId: undefined, toUserIds: 'bob' })).toMatchObject({ status: 400 });
  expect(trace).toMatchObject([{ event: 'refused', code: 1002, hints: [hint('toUserIds', 'toUserId')] }]);
});

it.for(['rc:typsts', ' RC:TypSts', 'RC-TypSts', 'typsts', 'TypSts '])(
  'B6.6 the custom type "%s" gets a hint at the built-in one, in the trace and under /sim',
  async (objectName, { trace, publish, postJson }) => {
    const hints = [`"${objectName}" is a custom type. Did you mean RC:TypSts?`];
    await publish({ objectName });
    expect(trace).toMatchObject([{ event: 'publish', hints }]);
    for (const path of ['/sim/publish', '/sim/explain']) {
      expect((await postJson(path, { ...typing, objectName })).body).toMatchObject({ hints });
    }
  },
);

it.for(['app:mood', 'RC:TypSts', 'typing'])(
  'B6.6 the type %s gets no hint',
  async (objectName, { trace, publish }) => {
    await publish({ objectName });
    expect(trace[0]).not.toHaveProperty('hints');
  },
);

it('B6.6 an App-Key that was sent twice gets a hint', async ({ simulator, publish }) => {
  const hints: unknown[] = [];
  simulator.app('one, one').listen((event) => hints.push(Object(event).hints));
  await publish({}, { 'App-Key': ['one', 'one'] });
  expect(hints).toEqual([['The header App-Key was sent twice: "one, one" is another app than "one".']]);
  simulator.app('one, one').close();
});

it('A3 so has a refused call about a user', async ({ trace, postForm }) => {
  await postForm('/user/checkOnline.json', { user_id: 'bob' });
  expect(trace).toMatchObject([{ event: 'refused', hints: [hint('user_id', 'userId')] }]);
});

it('A3 what SDKs send besides gets no hint', async ({ trace, publish }) => {
  await publish({ isPersisted: '0', isCounted: '1', msgRandom: '1', busChannel: 'x' });
  expect(trace).toHaveLength(1);
  expect(trace[0]).not.toHaveProperty('hints');
});

it('A3 the answer never has hints', async ({ publish }) => {
  const { body } = await publish({ toUserIds: 'bob' });
  expect(Object.keys(body)).toEqual(['code', 'messageUIDs']);
});

it('A3 an unknown path has no parameters, and so no hints', async ({ trace, postForm }) => {
  await postForm(`${publishPath}x`, { toUserIds: 'bob' });
  expect(trace.filter((event) => 'hints' in event)).toEqual([]);
});
