import { describe, expect } from 'vitest';
import type { PublishEvent, SimulatorOptions } from '../../server/index.ts';
import { app, it as base, signedHeaders, typing } from '../fixtures/simulator.ts';

const otherApp = { 'App-Key': 'mykey' };
const hints = ['"bob" is offline in app "mykey"; online in app "default".'];

/** The other apps of the simulator are the subject, so it is the test's own. */
const it = base.extend('options', {} as SimulatorOptions).extend('events', ({ simulator }) => {
  const events: PublishEvent[] = [];
  simulator.on('publish', (event) => events.push(event));
  return events;
});

describe('B6.6 a recipient who is offline, but online in another app of open mode,', () => {
  it('is hinted at by /sim/publish and /sim/explain', async ({ connect, postJson }) => {
    await connect('bob');
    for (const path of ['/sim/publish', '/sim/explain']) {
      expect((await postJson(path, typing, otherApp)).body).toMatchObject({ code: 200, hints });
      expect((await postJson(path, typing)).body).not.toHaveProperty('hints');
    }
  });

  it('is hinted at in the trace, and not in RongCloud’s own answer', async ({ connect, publish, events }) => {
    await connect('bob');
    const { body } = await publish({}, otherApp);
    expect(events).toMatchObject([{ appKey: 'mykey', hints }]);
    expect(Object.keys(body)).toEqual(['code', 'messageUIDs']);
  });

  it('is hinted at for each group of a publish', async ({ connect, postForm, postJson }) => {
    await connect('bob');
    await postForm('/group/create.json', { groupId: 'team', groupName: 'Team', userId: 'bob' }, otherApp);
    const { toUserId: _, ...message } = typing;
    const { body } = await postJson('/sim/publish', { ...message, toGroupId: 'team' }, otherApp);
    expect(body).toMatchObject({ groups: [{ groupId: 'team', hints }] });
  });

  it('is not looked for in the hundred-and-first app', async ({ connect, postJson }) => {
    for (let number = 1; number <= 100; number++) await connect({ userId: 'carol', appKey: `app-${number}` });
    await connect('bob');
    expect((await postJson('/sim/explain', typing, otherApp)).body).not.toHaveProperty('hints');
  });
});

it('B6.6 a recipient whose id differs in case, or is a list, is hinted at', async ({ connect, postJson }) => {
  await connect('bob');
  const { body } = await postJson('/sim/publish', { ...typing, toUserId: ['Bob', 'bob', 'bob,carol'] });
  expect(body).toMatchObject({
    hints: [
      '"Bob" is offline in app "default"; "bob" is online, and differs in case.',
      '"bob,carol" is offline in app "default"; for more than one recipient, repeat toUserId.',
    ],
  });
});

describe('B4.1 configured apps', () => {
  const other = { key: 'app-two', secret: 'secret two' };
  it.override('options', { apps: [app, other], adminToken: 'admin' });

  it('say nothing of each other’s users, nor of their own', async ({ login, postForm, postJson, events }) => {
    await login('bob');
    const admin = { Authorization: 'Bearer admin' };
    for (const { key } of [app, other]) {
      const message = { ...typing, toUserId: key === app.key ? 'Bob' : 'bob' };
      const { body } = await postJson('/sim/publish', message, { ...admin, 'App-Key': key });
      expect(body).not.toHaveProperty('hints');
    }
    await postForm('/statusmessage/private/publish.json', typing, signedHeaders(other));
    expect(events.map((event) => 'hints' in event)).toEqual([false, false, false]);
  });
});
