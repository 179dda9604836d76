import { describe, expect } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import { startSimulator } from '../../server/index.ts';
import { app, it, signedHeaders } from '../fixtures/simulator.ts';

const other = { key: 'app-two', secret: 'other' };

describe('two apps', () => {
  it.override('options', { apps: [app, other], recipientsPerMinute: 2 });

  it('B4.1 deliver to their own user of that id', async ({ login, publish }) => {
    const [ours, theirs] = await Promise.all([login('bob', app), login('bob', other)]);
    await publish({}, signedHeaders(app));
    await Promise.all([ours.settle(), theirs.settle()]);
    expect([ours.received.length, theirs.received.length]).toEqual([1, 0]);
  });

  it('B4.1 know who is online in them alone', async ({ login, postForm }) => {
    await login('bob', app);
    const { body } = await postForm('/user/checkOnline.json', { userId: 'bob' }, signedHeaders(other));
    expect(body).toEqual({ code: 200, status: '0' });
  });

  it('B4.1 have blacklists of their own', async ({ postForm }) => {
    const block = { userId: 'bob', blackUserId: 'alice' };
    await postForm('/user/blacklist/add.json', block, signedHeaders(app));
    const { body } = await postForm('/user/blacklist/query.json', { userId: 'bob' }, signedHeaders(other));
    expect(body).toEqual({ code: 200, users: [] });
  });

  it('B4.1 have a rate of their own', async ({ publish }) => {
    const statuses = [];
    for (const each of [app, other, app, other, app]) {
      statuses.push((await publish({}, signedHeaders(each))).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  });

  it('B4.1 kick no session of each other', async ({ login }) => {
    const theirs = await login('bob', other, 'ios');
    await login('bob', app, 'ios');
    await expect(theirs.settle()).resolves.toBeUndefined();
  });

  it("B4.2 refuse each other's signatures", async ({ publish }) => {
    const headers = { ...signedHeaders(other), 'App-Key': app.key };
    expect(await publish({}, headers)).toMatchObject({ status: 401, body: { code: 1004 } });
  });

  it("B4.2 refuse each other's tokens", async ({ connect, postForm }) => {
    const { body } = await postForm(
      '/user/getToken.json',
      { userId: 'bob', name: 'A name' },
      signedHeaders(other),
    );
    await expect(connect({ token: body.token, appKey: app.key })).rejects.toMatchObject({ closeCode: 4001 });
  });

  it('B4.1 are not found without a key, in the embedded API either', async ({ simulator }) => {
    expect(() => simulator.presence('bob')).toThrow('Invalidate App-Key.');
  });
});

describe('with an app configured', () => {
  it.override('options', { apps: [app] });

  it('B4.2 a token from getToken logs in', async ({ login }) => {
    await expect(login('bob')).resolves.toMatchObject({ userId: 'bob' });
  });

  it('B4.2 a userId does not log in', async ({ connect }) => {
    await expect(connect({ userId: 'bob', appKey: app.key })).rejects.toMatchObject({
      closeCode: 4001,
      reason: expect.stringContaining('token'),
    });
  });

  const badTokens: Record<string, (token: string) => string> = {
    'an empty token': () => '',
    'a token of another kind': () => 'MAo+IhwqEO3+h/DdXg1w6m20V27XsDF2Dx+',
    'a token cut short': (token) => token.slice(0, -1),
    'a token changed at its begin': (token) => `${token.startsWith('W') ? 'X' : 'W'}${token.slice(1)}`,
    'a token with a byte behind it': (token) => `${token}A`,
    'a token without its signature': (token) => `${token.split('.')[0]}.`,
  };

  for (const [title, spoil] of Object.entries(badTokens)) {
    it(`B4.2 ${title} gets 4001`, async ({ connect, postForm }) => {
      const { body } = await postForm(
        '/user/getToken.json',
        { userId: 'bob', name: 'A name' },
        signedHeaders(app),
      );
      const connecting = connect({ token: spoil(body.token), appKey: app.key });
      await expect(connecting).rejects.toMatchObject({
        closeCode: 4001,
        reason: 'The token is not valid for this app.',
      });
    });
  }

  it("B4.2 a token with the signature of another user's gets 4001", async ({ connect, postForm }) => {
    const tokens = ['bob', 'carol'].map(async (userId) => {
      return (
        await postForm('/user/getToken.json', { userId, name: 'A name' }, signedHeaders(app))
      ).body.token.split('.');
    });
    const [bob, carol] = await Promise.all(tokens);
    const connecting = connect({ token: `${carol![0]}.${bob![1]}`, appKey: app.key });
    await expect(connecting).rejects.toMatchObject({ closeCode: 4001 });
  });

  it('B4.2 a token without an App-Key gets 4001', async ({ connect, postForm }) => {
    const { body } = await postForm(
      '/user/getToken.json',
      { userId: 'bob', name: 'A name' },
      signedHeaders(app),
    );
    await expect(connect({ token: body.token })).rejects.toMatchObject({
      closeCode: 4001,
      reason: 'Invalidate App-Key.',
    });
  });

  it('B4.2 a refused login brings nobody online', async ({ connect, simulator }) => {
    await connect({ userId: 'bob', appKey: app.key }).catch(() => {});
    expect(simulator.presence('bob')).toMatchObject({ online: false });
  });

  const calls = ['getToken', 'checkOnline', 'blacklist/add', 'blacklist/remove', 'blacklist/query'];

  it.for(calls)('B4.2 /user/%s.json needs a signature', async (call, { postForm }) => {
    const fields = { userId: 'bob', blackUserId: 'alice' };
    const answer = await postForm(`/user/${call}.json`, fields, { 'App-Key': app.key });
    expect(answer).toMatchObject({ status: 401, body: { code: 1004 } });
  });

  it('B4.4 a token outlives the simulator that made it', async ({ options, postForm }) => {
    const { body } = await postForm(
      '/user/getToken.json',
      { userId: 'bob', name: 'A name' },
      signedHeaders(app),
    );
    await using later = await startSimulator(options);
    const client = await connectClient(later.wsUrl, { token: body.token, appKey: app.key });
    expect(client.userId).toBe('bob');
  });
});

describe('open mode', () => {
  it.override('options', {});

  it('B4.3 asks for no signature', async ({ publish }) => {
    expect(await publish({}, { 'App-Key': 'any' })).toMatchObject({ status: 200 });
  });

  it('B4.3 a wrong signature does not matter', async ({ publish }) => {
    const headers = { ...signedHeaders(app), Signature: 'wrong' };
    expect(await publish({}, headers)).toMatchObject({ status: 200 });
  });

  it('B4.3 any App-Key is an app of its own', async ({ connect, publish }) => {
    const [ours, theirs] = await Promise.all(
      ['one', 'two'].map((appKey) => connect({ userId: 'bob', appKey })),
    );
    await publish({}, { 'App-Key': 'one' });
    await Promise.all([ours!.settle(), theirs!.settle()]);
    expect([ours!.received.length, theirs!.received.length]).toEqual([1, 0]);
  });

  it('B4.3 who names no App-Key means the app default', async ({ connect, publish }) => {
    const bob = await connect({ userId: 'bob', appKey: 'default' });
    await publish();
    await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
  });

  it('B4.3 a client without an App-Key is in the app default', async ({ connect, publish }) => {
    const bob = await connect('bob');
    await publish({}, { 'App-Key': 'default' });
    await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
  });

  it("B4.3 a token of another app's user gets 4001", async ({ connect, postForm }) => {
    const { body } = await postForm(
      '/user/getToken.json',
      { userId: 'bob', name: 'A name' },
      { 'App-Key': 'one' },
    );
    await expect(connect({ token: body.token, appKey: 'two' })).rejects.toMatchObject({ closeCode: 4001 });
  });

  it('B4.3 an App-Key of more than 64 characters is refused', async ({ publish }) => {
    const answer = await publish({}, { 'App-Key': 'k'.repeat(65) });
    expect(answer).toMatchObject({ status: 400, body: { code: 1002 } });
  });

  it.for(['0.0.0.0', '::', '192.0.2.1', 'example.test', ''])('B4.3 does not start on "%s"', async (host) => {
    await expect(startSimulator({ host })).rejects.toThrow(RangeError);
  });

  it.for(['127.0.0.1', '127.0.0.2', 'localhost'])('B4.3 starts on %s', async (host) => {
    await using simulator = await startSimulator({ host });
    await expect(fetch(`${simulator.url}/healthz`)).resolves.toMatchObject({ status: 200 });
  });

  it('B4.3 with an app configured it starts on any address', async () => {
    await using simulator = await startSimulator({ host: '0.0.0.0', apps: [app] });
    expect(simulator.url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
  });
});

describe('/sim with an app configured', () => {
  it.override('options', { apps: [app], adminToken: 'let-me-in' });

  const calls = [
    ['POST', '/sim/publish'],
    ['POST', '/sim/explain'],
    ['GET', '/sim/presence'],
    ['GET', '/sim/presence/bob'],
    ['DELETE', '/sim/sessions/bob'],
    ['GET', '/sim/trace'],
  ] as const;

  it.for(calls)('B4.4 %s %s needs the admin token', async ([method, path], { send }) => {
    const { status, body } = await send(path, { method, headers: { 'App-Key': app.key } });
    expect({ status, body }).toEqual({
      status: 401,
      body: { code: 1007, errorMessage: expect.stringContaining('admin token'), url: path },
    });
  });

  const wrong = ['let-me-in', 'Bearer', 'Bearer let-me-out', 'Bearer let-me-in2', 'Basic let-me-in'];

  it.for(wrong)('B4.4 the header "%s" does not do', async (authorization, { send }) => {
    const headers = { Authorization: authorization };
    expect(await send('/sim/presence', { method: 'GET', headers })).toMatchObject({ status: 401 });
  });

  it('B4.4 a signature does not do', async ({ send }) => {
    const headers = signedHeaders(app);
    expect(await send('/sim/presence', { method: 'GET', headers })).toMatchObject({ status: 401 });
  });

  it('B4.4 the admin token does', async ({ send }) => {
    const headers = { Authorization: 'Bearer let-me-in', 'App-Key': app.key };
    expect(await send('/sim/presence', { method: 'GET', headers })).toMatchObject({ status: 200 });
  });

  it('B4.4 the admin token alone means the only app there is', async ({ login, send }) => {
    await login('bob');
    const headers = { Authorization: 'Bearer let-me-in' };
    const { body } = await send('/sim/presence/bob', { method: 'GET', headers });
    expect(body).toMatchObject({ online: true });
  });

  it('B4.4 no admin token opens an app there is none of', async ({ send }) => {
    const headers = { Authorization: 'Bearer let-me-in', 'App-Key': 'app-two' };
    const answer = await send('/sim/presence', { method: 'GET', headers });
    expect(answer).toMatchObject({ status: 400, body: { errorMessage: 'Invalidate App-Key.' } });
  });

  it('B4.4 /healthz needs none', async ({ send }) => {
    const { status, body } = await send('/healthz', { method: 'GET' });
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
  });
});

describe('/sim with an app configured and no admin token set', () => {
  it.override('options', { apps: [app] });

  it.for([undefined, 'Bearer ', 'Bearer undefined'])(
    'B4.4 is closed to "%s"',
    async (authorization, { send }) => {
      const headers = authorization === undefined ? {} : { Authorization: authorization };
      const answer = await send('/sim/presence', { method: 'GET', headers });
      expect(answer).toMatchObject({ status: 401, body: { code: 1007 } });
    },
  );
});
