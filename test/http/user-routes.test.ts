import { once } from 'node:events';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { version } from '../../server/version.ts';
import { app, exchangeRaw, it, publishPath, signedHeaders } from '../fixtures/simulator.ts';

const getToken = '/user/getToken.json';
const checkOnline = '/user/checkOnline.json';
const add = '/user/blacklist/add.json';
const remove = '/user/blacklist/remove.json';
const query = '/user/blacklist/query.json';

describe('getToken', () => {
  it('A6 answers with the user and a token', async ({ postForm }) => {
    const { status, body } = await postForm(getToken, { userId: '小明', name: 'n', portraitUri: 'p' });
    expect({ status, body }).toEqual({
      status: 200,
      body: { code: 200, userId: '小明', token: expect.stringMatching(/./) },
    });
  });

  it('A6 its token logs the user in', async ({ postForm, connect }) => {
    const { body } = await postForm(getToken, { userId: '小明', name: 'A name' });
    const client = await connect({ token: body.token });
    expect(client.userId).toBe('小明');
  });

  it('A6 an old token stays valid', async ({ postForm, connect }) => {
    const { body } = await postForm(getToken, { userId: 'bob', name: 'A name' });
    await postForm(getToken, { userId: 'bob', name: 'A name' });
    await expect(connect({ token: body.token })).resolves.toMatchObject({ userId: 'bob' });
  });

  it('A6 brings nobody online', async ({ postForm }) => {
    await postForm(getToken, { userId: 'bob', name: 'A name' });
    expect(await postForm(checkOnline, { userId: 'bob' })).toMatchObject({ body: { status: '0' } });
  });
});

describe('checkOnline', () => {
  it('A6 says the text "0" of a user never seen', async ({ postForm }) => {
    const { body } = await postForm(checkOnline, { userId: 'nobody' });
    expect(body).toEqual({ code: 200, status: '0' });
  });

  it('A6 says the text "1" of a user with a session', async ({ connect, postForm }) => {
    await connect('bob');
    const { body } = await postForm(checkOnline, { userId: 'bob' });
    expect(body).toEqual({ code: 200, status: '1' });
  });

  it('A6 says "0" again as the last session ends', async ({ connect, postForm }) => {
    const sessions = [await connect('bob'), await connect('bob')];
    const statuses = [];
    for (const session of sessions) {
      await session.close();
      statuses.push((await postForm(checkOnline, { userId: 'bob' })).body);
    }
    expect(statuses).toMatchObject([{ status: '1' }, { status: '0' }]);
  });
});

describe('blacklist', () => {
  const block = (...others: string[]) => ({ userId: 'bob', blackUserId: others });

  it('B10.7 query lists who was added, the latest first, once each', async ({ postForm }) => {
    await postForm(add, block('alice', '小明', 'alice'));
    await postForm(add, block('carol', 'alice'));
    const { body } = await postForm(query, { userId: 'bob' });
    expect(body).toEqual({ code: 200, users: ['carol', '小明', 'alice'] });
  });

  it('A6 query leaves out who was removed', async ({ postForm }) => {
    await postForm(add, block('alice', 'carol'));
    await postForm(remove, block('alice', 'never-added'));
    const { body } = await postForm(query, { userId: 'bob' });
    expect(body).toEqual({ code: 200, users: ['carol'] });
  });

  it.for([add, remove])('A6 %s answers 200 for users never seen', async (path, { postForm }) => {
    const { status, body } = await postForm(path, block('nobody'));
    expect({ status, body }).toEqual({ status: 200, body: { code: 200 } });
  });

  it('A6 query gives an empty list for a user never seen', async ({ postForm }) => {
    const { body } = await postForm(query, { userId: 'nobody' });
    expect(body).toEqual({ code: 200, users: [] });
  });

  it('B1.8 works one way only: the owner still reaches whom the list names', async ({
    connect,
    postForm,
    publish,
  }) => {
    const alice = await connect('alice');
    await postForm(add, block('alice'));
    await publish({ fromUserId: 'bob', toUserId: 'alice', verifyBlacklist: '1' });
    await expect(alice.next()).resolves.toMatchObject({ fromUserId: 'bob' });
  });

  const twenty = Array.from({ length: 20 }, (_, index) => `user-${index}`);

  it.for([add, remove])('A6 %s takes 20 users', async (path, { postForm }) => {
    expect(await postForm(path, block(...twenty))).toMatchObject({ status: 200 });
  });

  it.for([add, remove])('A6 %s refuses 21 users', async (path, { postForm }) => {
    const answer = await postForm(path, block(...twenty, 'one-more'));
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 1002, errorMessage: expect.stringMatching(/blackUserId.* 20\b/) },
    });
  });

  it('B1.11 a refused add blocks nobody', async ({ postForm }) => {
    await postForm(add, block(...twenty, 'one-more'));
    expect(await postForm(query, { userId: 'bob' })).toMatchObject({ body: { users: [] } });
  });
});

describe('the parameter', () => {
  const required = [
    [getToken, 'userId'],
    [checkOnline, 'userId'],
    [getToken, 'name'],
    [add, 'userId'],
    [add, 'blackUserId'],
    [remove, 'userId'],
    [remove, 'blackUserId'],
    [query, 'userId'],
  ] as const;
  const good = { userId: 'bob', blackUserId: 'alice', name: 'Bob' };

  for (const [path, name] of required) {
    it(`B3.2 ${name} of ${path} is required`, async ({ postForm }) => {
      const { status, body } = await postForm(path, { ...good, [name]: undefined });
      expect({ status, body }).toEqual({
        status: 400,
        body: { code: 1002, errorMessage: `The parameter ${name} is required.`, url: path },
      });
    });

    it(`B3.4 ${name} of ${path} has at most 64 characters`, async ({ postForm }) => {
      const { status, body } = await postForm(path, { ...good, [name]: 'x'.repeat(65) });
      expect({ status, code: body.code }).toEqual({ status: 400, code: 1005 });
    });
  }
});

describe('the header X-Request-ID', () => {
  it('A2 comes back as it was sent', async ({ publish }) => {
    const id = '2c9d0a6e-5f0b-4d8e-9a51-0f6a3b0c7d1e';
    const { headers } = await publish({}, { 'X-Request-ID': id });
    expect(headers['x-request-id']).toBe(id);
  });

  it('A2 comes back with a refusal, too', async ({ publish }) => {
    const { headers } = await publish({ content: '' }, { 'X-Request-ID': 'mine' });
    expect(headers['x-request-id']).toBe('mine');
  });

  it('A2 is made when there is none, anew each time', async ({ publish }) => {
    const ids = [await publish(), await publish()].map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids)).toHaveLength(2);
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,36}$/);
  });

  it.for([
    ['too long', 'x'.repeat(37)],
    ['empty', ''],
  ])('A2 is made when it is %s', async ([, id], { publish }) => {
    const { headers } = await publish({}, { 'X-Request-ID': id });
    expect(headers['x-request-id']).toMatch(/^[\w-]{1,36}$/);
    expect(headers['x-request-id']).not.toBe(id);
  });
});

describe('a header of the signature', () => {
  it.override('options', { apps: [app] });

  const spellings: Record<string, (name: string) => string> = {
    'as documented': (name) => name,
    'in small letters': (name) => name.toLowerCase(),
    'in capitals': (name) => name.toUpperCase(),
    'with the prefix RC-': (name) => `RC-${name}`,
    'with the prefix rc-': (name) => `rc-${name.toLowerCase()}`,
  };

  for (const [title, spell] of Object.entries(spellings)) {
    it(`A2 is known ${title}`, async ({ publish }) => {
      const headers = Object.entries(signedHeaders(app)).map(([name, value]) => [spell(name), value]);
      expect(await publish({}, Object.fromEntries(headers))).toMatchObject({ status: 200 });
    });
  }
});

describe('X-Status-Sim', () => {
  const requests = [
    ['POST', publishPath],
    ['POST', getToken],
    ['GET', publishPath],
    ['GET', '/healthz'],
    ['GET', '/sim/presence'],
    ['POST', '/sim/publish'],
    ['GET', '/nowhere'],
    ['GET', '/%zz'],
  ] as const;

  it.for(requests)('B6.1 is on the answer to %s %s', async ([method, path], { send }) => {
    const { headers } = await send(path, { method });
    expect(headers['x-status-sim']).toBe(version);
  });

  it('B6.1 is on the stream of /sim/trace', async ({ simulator }) => {
    const { headers, body } = await fetch(`${simulator.url}/sim/trace`);
    await body!.cancel();
    expect(headers.get('X-Status-Sim')).toBe(version);
  });

  it('B6.1 is on the upgrade to WebSocket', async ({ simulator }) => {
    const socket = new WebSocket(`${simulator.wsUrl}?userId=bob`);
    const [response] = await once(socket, 'upgrade');
    expect(response.headers['x-status-sim']).toBe(version);
  });

  it('B6.1 is on a refused upgrade', async ({ simulator }) => {
    const socket = new WebSocket(`${simulator.url}/elsewhere`);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.headers['x-status-sim']).toBe(version);
  });

  it('B6.1 is on the answer to what is no HTTP', async ({ simulator }) => {
    expect(await exchangeRaw(simulator.url, 'hello\r\n\r\n')).toContain(`X-Status-Sim: ${version}\r\n`);
  });
});
