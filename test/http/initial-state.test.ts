import { describe, expect } from 'vitest';
import { startTestSim } from '../../client-sim/testkit/index.ts';
import { startSimulator } from '../../server/index.ts';
import { it as base, signedHeaders } from '../fixtures/simulator.ts';

const initialState = [
  {
    online: [
      { userId: 'bob', platform: 'ios' as const },
      { userId: 'bob', platform: 'web' as const },
      { userId: 'carol' },
    ],
    groups: { team: ['bob', 'carol'] },
    blacklists: { carol: ['mallory'] },
  },
  { appKey: 'shop', online: [{ userId: 'dave' }] },
];

const it = base
  .extend('options', { initialState, seed: 'seed' })
  /** What there is of the app, as its users' back end sees it. */
  .extend('look', ({ send, postForm }) => async () => {
    const { body } = await send('/sim/clients', { method: 'GET' });
    const { clients } = body as unknown as { clients: { userId: string; id: string; sessionId: string }[] };
    const users = async (path: string, fields: Record<string, string>) => {
      return ((await postForm(path, fields)).body as unknown as { users: unknown }).users;
    };
    return {
      clients: clients.map(({ id, userId, sessionId }) => [id, userId, sessionId]),
      team: await users('/group/user/query.json', { groupId: 'team' }),
      carols: await users('/user/blacklist/query.json', { userId: 'carol' }),
    };
  });

const asTold = {
  clients: [
    ['1', 'bob', expect.any(String)],
    ['2', 'bob', expect.any(String)],
    ['3', 'carol', expect.any(String)],
  ],
  team: [{ id: 'bob' }, { id: 'carol' }],
  carols: ['mallory'],
};

describe('the initial state', () => {
  it('B6.9 is there when the simulator is', async ({ look, simulator }) => {
    expect(await look()).toEqual(asTold);
    const { sessions } = simulator.presence('bob');
    expect(sessions.map(({ platform }) => platform)).toEqual(['ios', 'web']);
    expect(simulator.presence('dave', { appKey: 'shop' }).online).toBe(true);
  });

  it('B6.9 comes back with a reset, whatever was done, with the same ids by the seed', async ({
    look,
    postForm,
    send,
    connect,
  }) => {
    const before = await look();
    await postForm('/group/join.json', { groupId: 'team', userId: 'eve' });
    await postForm('/group/create.json', { groupId: 'other', userId: 'eve' });
    await postForm('/user/blacklist/remove.json', { userId: 'carol', blackUserId: 'mallory' });
    await send('/sim/sessions/bob', { method: 'DELETE' });
    const eve = await connect('eve');
    await send('/sim/reset');
    expect(await look()).toEqual(before);
    expect(await eve.closed).toMatchObject({ code: 4011 });
    expect((await postForm('/group/user/query.json', { groupId: 'other' })).body).toMatchObject({
      users: [],
    });
  });

  it('B6.9 of one app comes back without touching another', async ({ send, simulator }) => {
    const [session] = simulator.presence('dave', { appKey: 'shop' }).sessions;
    await send('/sim/reset');
    expect(simulator.presence('dave', { appKey: 'shop' }).sessions).toEqual([session]);
  });

  it('B6.9 comes back with a reset by the handle, too', async ({ look, simulator }) => {
    await simulator.app().reset();
    expect(await look()).toEqual(asTold);
  });

  it('B6.9 two resets at once leave nobody online twice', async ({ look, send }) => {
    await Promise.all([send('/sim/reset'), send('/sim/reset')]);
    const { clients } = await look();
    expect(new Set(clients.map(([, userId]) => userId))).toEqual(new Set(['bob', 'carol']));
  });

  it('B6.9 who is online by it gets messages, and is in no other app', async ({ publish, look }) => {
    await look();
    const { body } = await publish({ toUserId: ['carol', 'dave'] });
    expect(body).toMatchObject({ code: 200, messageUIDs: [{ userId: 'carol' }, { userId: 'dave' }] });
  });
});

describe('an initial state of configured apps', () => {
  const apps = [{ key: 'one', secret: 's1' }];

  base('B6.9 is that of the only app, if it names none', async () => {
    await using simulator = await startSimulator({ apps, initialState: [{ groups: { team: ['bob'] } }] });
    const headers = { ...signedHeaders(apps[0]!), 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${simulator.url}/group/user/query.json`, {
      method: 'POST',
      headers,
      body: 'groupId=team',
    });
    expect(await answer.json()).toEqual({ code: 200, users: [{ id: 'bob' }] });
  });

  base.for([
    [{ appKey: 'two' }, 'The option initialState is about two, an app that is not configured.'],
    [{ online: [{ userId: '' }] }, 'Each value of the option initialState must be users online'],
    [{ online: [{ userId: 'bob', platform: 'iso' }] }, 'Each value of the option initialState must be'],
    [{ groups: { team: 'bob' } }, 'Each value of the option initialState must be'],
    [{ online: [], more: 1 }, 'Each value of the option initialState must be'],
  ] as const)('B6.9 is refused: %j', async ([state, sentence]) => {
    await expect(startSimulator({ apps, initialState: [state as object] })).rejects.toThrow(sentence);
  });

  base('B6.9 names its app where there are several', async () => {
    const several = [...apps, { key: 'two', secret: 's2' }];
    await expect(startSimulator({ apps: several, initialState: [{}] })).rejects.toThrow(
      'With several apps, each value of the option initialState must have an appKey.',
    );
    await expect(startSimulator({ apps, initialState: [{}, { appKey: 'one' }] })).rejects.toThrow(
      'The option initialState is about one twice.',
    );
  });
});

base('B6.9 more users than hosted clients may be are refused, and nothing stays behind', async () => {
  const online = [{ userId: 'bob' }, { userId: 'carol' }];
  const options = { hostedClients: 1, initialState: [{ online }] };
  await expect(startSimulator(options)).rejects.toThrow('The app has 1 simulated clients already');
});

base("B6.9 the test kit's reset brings back the initial state, and leaves nothing to close", async () => {
  const sim = await startTestSim({ initialState });
  const eve = await sim.connect('eve');
  await sim.reset();
  expect(await eve.closed).toMatchObject({ code: 4011 });
  expect(['bob', 'carol', 'eve'].map((user) => sim.presence(user).sessions.length)).toEqual([2, 1, 0]);
  await sim.close();
});
