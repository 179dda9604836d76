import { describe, expect } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import { type SimulatorOptions, startSimulator } from '../../server/index.ts';
import type { Platform } from '../../server/protocol/frames.ts';
import type { OnlineStatus } from '../../server/webhook/webhook.ts';
import { it as raw } from '../fixtures/raw-session.ts';
import { app, signedHeaders, typing } from '../fixtures/simulator.ts';
import { Receiver } from './receiver.ts';

const it = raw
  /** What the posts are signed with. */
  .extend('secret', app.secret)
  .extend('receiver', async ({ secret }, { onCleanup }) => {
    const receiver = await Receiver.start(secret);
    onCleanup(() => receiver.close());
    return receiver;
  })
  .override('options', ({ receiver }): SimulatorOptions => {
    return {
      apps: [app],
      adminToken: 'admin',
      webhooks: [{ url: receiver.url }],
      recipientsPerMinute: Infinity,
    };
  })
  .extend('dial', ({ simulator, openRaw }) => async (userId: string, platform?: Platform) => {
    const token = simulator.app().token(userId);
    return openRaw({ appKey: app.key, token, ...(platform === undefined ? {} : { platform }) });
  });

const statuses = (events: readonly OnlineStatus[]) => events.map(({ userid, status }) => [userid, status]);

it('B8.1 a session that opens is told, signed, with its address and its system', async ({
  dial,
  receiver,
}) => {
  const bob = await dial('bob', 'ios');
  const [connected] = bob.frames;
  const events = await receiver.received(1);
  expect(events).toEqual([
    {
      userid: 'bob',
      status: '0',
      os: 'iOS',
      time: expect.any(Number),
      clientIp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      sessionId: connected!.type === 'connected' && connected!.sessionId,
    },
  ]);
});

it('B8.2 the query names the app and is signed as a request is', async ({ dial, receiver }) => {
  await dial('bob');
  await receiver.received(1);
  const { query, headers } = receiver.deliveries[0]!;
  expect([...query.keys()]).toEqual(['appKey', 'nonce', 'timestamp', 'signature']);
  expect([query.get('appKey'), headers['content-type']]).toEqual([app.key, 'application/json']);
});

it('B8.1 a client that closes with 1000 has logged out, one that breaks off is offline', async ({
  dial,
  receiver,
}) => {
  const bob = await dial('bob');
  bob.socket.close(1000);
  await bob.closed;
  const carol = await dial('carol');
  carol.socket.terminate();
  expect(statuses(await receiver.received(4))).toEqual([
    ['bob', '0'],
    ['bob', '2'],
    ['carol', '0'],
    ['carol', '1'],
  ]);
});

it('B8.7 a kicked session is offline, after the one that kicked it has come', async ({ dial, receiver }) => {
  const first = await dial('bob', 'ios');
  await dial('bob', 'android');
  await first.closed;
  const events = await receiver.received(3);
  expect(events.map(({ status, os }) => [status, os])).toEqual([
    ['0', 'iOS'],
    ['0', 'Android'],
    ['1', 'iOS'],
  ]);
});

it('B8.1 who is disconnected by /sim is offline', async ({ simulator, dial, receiver }) => {
  const bob = await dial('bob');
  simulator.app().reset();
  await bob.closed;
  expect(statuses(await receiver.received(2))).toEqual([
    ['bob', '0'],
    ['bob', '1'],
  ]);
});

it.for(['1000', 'none', 'cut'])(
  'B8.1 who is disconnected by /sim with the code %s is offline, and has not logged out',
  async (code, { dial, receiver, send }) => {
    const bob = await dial('bob');
    const headers = { Authorization: 'Bearer admin' };
    await send(`/sim/sessions/bob?code=${code}`, { method: 'DELETE', headers });
    await bob.closed;
    expect(statuses(await receiver.received(2))).toEqual([
      ['bob', '0'],
      ['bob', '1'],
    ]);
  },
);

it('B8.4 a receiver that fails once misses nothing', async ({ simulator, dial, receiver }) => {
  const { clock } = simulator.app();
  receiver.failures.push(500);
  const refused = receiver.delivery();
  await dial('bob');
  await refused;
  await clock.advance(1000);
  expect(statuses(await receiver.received(1))).toEqual([['bob', '0']]);
});

it('B8.6 no status message is ever routed to it', async ({ dial, postForm, receiver, simulator }) => {
  const bob = await dial('bob');
  const signed = signedHeaders(app);
  const { toUserId: _, ...message } = { ...typing, content: '{"secret":"content"}' };
  await postForm('/group/create.json', { groupId: 'team', userId: ['bob', 'alice'] }, signed);
  await postForm('/statusmessage/private/publish.json', { ...message, toUserId: 'bob' }, signed);
  await postForm('/statusmessage/group/publish.json', { ...message, toGroupId: 'team' }, signed);
  await postForm('/message/online/broadcast.json', message, signed);
  bob.send({ type: 'publish', id: '1', ...message, toUserId: ['bob'] });
  simulator.publish({ ...message, toUserId: 'bob' });
  await bob.settle();
  bob.socket.close(1000);
  await receiver.received(2);
  await simulator.close();
  const bodies = receiver.deliveries.flatMap(({ body }) => JSON.parse(body));
  expect(bodies.map((each) => Object.keys(each).sort())).toEqual(
    Array(2).fill(['clientIp', 'os', 'sessionId', 'status', 'time', 'userid']),
  );
  expect(JSON.stringify(receiver.deliveries)).not.toMatch(/secret|TypSts|messageUID/);
});

it('B8.3 the churn of 200 clients arrives whole, and in order for each user', async ({ dial, receiver }) => {
  const churn = async (userId: string, logsOut: boolean) => {
    const first = await dial(userId, 'ios');
    const second = await dial(userId, 'android');
    await first.closed; // kicked
    if (logsOut) second.socket.close(1000);
    else second.socket.terminate();
    await second.closed;
    return ['0', '0', '1', logsOut ? '2' : '1'];
  };
  const users = Array.from({ length: 100 }, (_, index) => `user-${index}`);
  const expected = await Promise.all(users.map((userId, index) => churn(userId, index % 3 > 0)));
  const events = await receiver.received(400);
  const seen = users.map((userId) => events.filter(({ userid }) => userid === userId));
  expect(seen.map((each) => each.map(({ status }) => status))).toEqual(expected);
});

describe('with a receiver that is not there', () => {
  it.override('options', {
    apps: [app],
    webhooks: [{ url: 'http://127.0.0.1:1/' }],
    recipientsPerMinute: Infinity,
  });

  it('B8.5 sessions open, get messages and close all the same', async ({ simulator, dial }) => {
    const bob = await dial('bob');
    simulator.publish(typing);
    expect(await bob.next()).toMatchObject({ type: 'status' });
    bob.socket.close(1000);
    await bob.closed;
    expect(simulator.presence('bob').online).toBe(false);
  });

  it('B8.5 the simulator closes without waiting for it', async ({ simulator, dial }) => {
    await dial('bob');
    await expect(simulator.close()).resolves.toBeUndefined();
  });
});

describe('whom it is for', () => {
  it('B8.1 a webhook for one app hears of no other, and its own comes before the one for all', async ({
    receiver,
  }) => {
    const forAll = await Receiver.start('two');
    const two = { key: 'app-two', secret: 'two' };
    await using simulator = await startSimulator({
      apps: [app, two],
      webhooks: [{ url: forAll.url }, { url: receiver.url, appKey: app.key }],
    });
    for (const { key } of [app, two]) {
      await connectClient(simulator.wsUrl, {
        appKey: key,
        token: simulator.app(key).token(`user of ${key}`),
      });
    }
    const heard = [await receiver.received(1), await forAll.received(1)].map((events) => statuses(events));
    await forAll.close();
    expect(heard).toEqual([[['user of app-one', '0']], [['user of app-two', '0']]]);
  });

  it('B8.2 in open mode the secret is empty', async () => {
    const receiver = await Receiver.start('');
    await using simulator = await startSimulator({ webhooks: [{ url: receiver.url }] });
    await connectClient(simulator.wsUrl, { userId: 'bob' });
    const events = await receiver.received(1);
    await receiver.close();
    expect(statuses(events)).toEqual([['bob', '0']]);
  });

  it.for(['ftp://127.0.0.1/', 'nonsense', '', 'http://user:pw@127.0.0.1/', 'http://user@127.0.0.1/'])(
    'B8.1 the address %j is refused',
    async (url) => {
      await expect(startSimulator({ webhooks: [{ url }] })).rejects.toThrow(/webhooks must be an address/);
    },
  );

  it('B8.1 a webhook for an app that is not configured is refused', async () => {
    const options = { apps: [app], webhooks: [{ url: 'http://127.0.0.1:1/', appKey: 'other' }] };
    await expect(startSimulator(options)).rejects.toThrow(/not configured/);
  });
});

describe('in open mode', () => {
  it.override('options', ({ receiver }) => ({ webhooks: [{ url: receiver.url }] }));
  it.override('secret', '');

  it.for(['close', 'reset'] as const)(
    'B8.3 what an app had to tell before its %s is not overtaken by what comes after',
    async (end, { simulator, openRaw, receiver }) => {
      simulator.app().clock.freeze(Date.UTC(2080));
      receiver.failures.push(500);
      const refused = receiver.delivery();
      await openRaw('bob');
      await refused;
      simulator.app()[end]();
      await openRaw('carol');
      expect(statuses(await receiver.received(3))).toEqual([
        ['bob', '0'],
        ['bob', '1'],
        ['carol', '0'],
      ]);
    },
  );
});
