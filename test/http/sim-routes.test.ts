import { describe, expect } from 'vitest';
import type { SimEvent } from '../../server/index.ts';
import { app, it as base, publishPath, typing } from '../fixtures/simulator.ts';

const uid = expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);

/** Opens `/sim/trace`; gives the events of the stream one by one, as the text they are. */
const it = base.extend(
  'openTrace',
  ({ simulator, appKey }) =>
    async (more: Record<string, string> = {}, query = '') => {
      const headers = { ...(appKey === undefined ? {} : { 'App-Key': appKey }), ...more };
      const response = await fetch(`${simulator.url}/sim/trace${query}`, { headers });
      const events = eventsOf(response.body!);
      const next = async () => (await events.next()).value ?? 'the end';
      return { type: response.headers.get('Content-Type'), next };
    },
);
/** With a simulator of its own. */
const alone = it.extend('options', {});

async function* eventsOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    const parts = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = parts.pop()!;
    yield* parts;
  }
}

function parseEvent(text: string): SimEvent {
  const [, event, data] = /^event: (\w+)\ndata: (.+)$/.exec(text)!;
  return { ...JSON.parse(data!), event };
}

describe('POST /sim/publish', () => {
  it('B6.2 delivers, and answers with messageUIDs, report and explanations', async ({
    connect,
    postJson,
  }) => {
    const bob = await connect('bob');
    const { status, body } = await postJson('/sim/publish', typing);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        code: 200,
        messageUIDs: [{ userId: 'bob', messageUID: uid }],
        report: {
          recipients: [{ userId: 'bob', messageUID: uid, outcome: 'delivered', sessions: 1 }],
          echo: { outcome: 'not-requested' },
        },
        explanations: [expect.stringContaining('"bob" gets it'), expect.stringContaining('no echo')],
      },
    });
    expect(await bob.next()).toMatchObject({ messageUID: body.messageUIDs[0]!.messageUID });
  });

  it('B2.1 reports what became of each recipient', async ({ connect, postForm, postJson }) => {
    await Promise.all(['bob', 'bob', 'carol'].map((userId) => connect(userId)));
    await postForm('/user/blacklist/add.json', { userId: 'carol', blackUserId: 'alice' });
    const toUserId = ['bob', 'carol', 'dave'];
    const { body } = await postJson('/sim/publish', { ...typing, toUserId, verifyBlacklist: 1 });
    expect(body.report.recipients).toMatchObject([
      { userId: 'bob', outcome: 'delivered', sessions: 2 },
      { userId: 'carol', outcome: 'dropped', reason: 'blocked' },
      { userId: 'dave', outcome: 'dropped', reason: 'offline' },
    ]);
  });

  it('B2.1 reports an echo', async ({ connect, postJson }) => {
    await Promise.all([connect('alice'), connect('alice')]);
    const { body } = await postJson('/sim/publish', { ...typing, isIncludeSender: 1 });
    expect(body.report.echo).toEqual({ outcome: 'echoed', sessions: 2 });
  });

  it('B2.1 reports that the sender was offline', async ({ postJson }) => {
    const { body } = await postJson('/sim/publish', { ...typing, isIncludeSender: 1 });
    expect(body.report.echo).toEqual({ outcome: 'sender-offline' });
  });

  it('B2.1 reports that the sender was a recipient already', async ({ connect, postJson }) => {
    await connect('alice');
    const { body } = await postJson('/sim/publish', { ...typing, toUserId: ['alice'], isIncludeSender: 1 });
    expect(body.report.echo).toEqual({ outcome: 'already-recipient' });
  });

  it('B2.3 reports without the content', async ({ connect, postJson }) => {
    await connect('bob');
    const { body } = await postJson('/sim/publish', { ...typing, content: '{"secret":"word"}' });
    expect(JSON.stringify(body)).not.toMatch(/secret|word/);
  });

  it.for([1, true, '1'])('B6.2 takes the flag %j', async (flag, { postJson }) => {
    const { body } = await postJson('/sim/publish', { ...typing, isIncludeSender: flag });
    expect(body.report.echo.outcome).toBe('sender-offline');
  });

  const mistakes = {
    'a required parameter missing': [{ ...typing, content: undefined }, 1002],
    'a parameter that is no text': [{ ...typing, content: { a: 1 } }, 1002],
    'a recipient that is no text': [{ ...typing, toUserId: ['bob', 7] }, 1002],
    'a flag that is no flag': [{ ...typing, isIncludeSender: 'yes' }, 1002],
    'a flag that is null': [{ ...typing, isIncludeSender: null }, 1002],
    'an id too long': [{ ...typing, toUserId: ['bob', 'x'.repeat(65)] }, 1005],
    'a list in place of the object': [[typing], 1002],
  } as const;

  for (const [title, [body, code]] of Object.entries(mistakes)) {
    it(`B1.11 ${title} is refused, and delivers nothing`, async ({ connect, postJson }) => {
      const bob = await connect('bob');
      const answer = await postJson('/sim/publish', body);
      await bob.settle();
      expect(answer.body).toEqual({ code, errorMessage: expect.any(String), url: '/sim/publish' });
      expect(bob.received).toEqual([]);
    });
  }

  it('B3.1 no body gets 1003', async ({ send }) => {
    expect(await send('/sim/publish')).toMatchObject({ status: 400, body: { code: 1003 } });
  });

  it.for(['{"__proto__":{}}', '{"constructor":{"prototype":{}}}'])(
    'B3.8 a body that would reach for the prototype of objects gets 1002: %s',
    async (body, { send }) => {
      const request = { headers: { 'Content-Type': 'application/json' }, body };
      expect(await send('/sim/reset', request)).toMatchObject({ status: 400, body: { code: 1002 } });
    },
  );

  it('B3.8 what is no JSON gets 1002, which does not repeat it', async ({ send }) => {
    const request = { headers: { 'Content-Type': 'application/json' }, body: '{"content":"secret' };
    const { status, body } = await send('/sim/publish', request);
    expect({ status, body }).toEqual({
      status: 400,
      body: { code: 1002, errorMessage: expect.not.stringContaining('secret'), url: '/sim/publish' },
    });
  });
});

describe('the answer of RongCloud', () => {
  it('B2.2 is the same for who is online, offline and blocked', async ({ connect, postForm, publish }) => {
    await Promise.all([connect('bob'), connect('carol')]);
    await postForm('/user/blacklist/add.json', { userId: 'carol', blackUserId: 'alice' });
    const toUserId = ['bob', 'carol', 'dave'];
    const { body } = await publish({ toUserId, verifyBlacklist: '1', isIncludeSender: '1' });
    expect(body).toEqual({
      code: 200,
      messageUIDs: toUserId.map((userId) => ({ userId, messageUID: uid })),
    });
  });
});

describe('POST /sim/explain', () => {
  const everything = {
    ...typing,
    toUserId: ['bob', 'carol', 'dave'],
    verifyBlacklist: 1,
    isIncludeSender: 1,
  };

  it('B6.2 tells what a publish would report', async ({ connect, postForm, postJson }) => {
    await Promise.all(['alice', 'bob', 'bob', 'carol'].map((userId) => connect(userId)));
    await postForm('/user/blacklist/add.json', { userId: 'carol', blackUserId: 'alice' });
    const explained = await postJson('/sim/explain', everything);
    const published = await postJson('/sim/publish', everything);
    const sameUID = (text: object) =>
      JSON.parse(JSON.stringify(text, (name, value) => (name === 'messageUID' ? '' : value)));
    expect(sameUID(explained.body.report)).toEqual(sameUID(published.body.report));
    expect(explained.body.explanations).toEqual(published.body.explanations);
  });

  it('B6.2 gives one sentence per recipient, then one for the echo', async ({ postJson }) => {
    const { body } = await postJson('/sim/explain', everything);
    expect(body.explanations.map((sentence) => /"\w+"/.exec(sentence)?.[0])).toEqual([
      '"bob"',
      '"carol"',
      '"dave"',
      '"alice"',
    ]);
  });

  it('B6.2 sends nothing', async ({ connect, postJson }) => {
    const [alice, bob] = await Promise.all([connect('alice'), connect('bob')]);
    await postJson('/sim/explain', everything);
    await Promise.all([alice.settle(), bob.settle()]);
    expect([...alice.received, ...bob.received]).toEqual([]);
  });

  it('B6.2 refuses what a publish would refuse', async ({ postJson }) => {
    const answer = await postJson('/sim/explain', { ...typing, content: 'hello' });
    expect(answer).toMatchObject({ status: 400, body: { code: 1002, url: '/sim/explain' } });
  });
});

describe('with one recipient a minute', () => {
  it.override('options', { recipientsPerMinute: 1 });

  it('B6.2 /sim/explain counts nothing', async ({ postJson, publish }) => {
    for (let times = 0; times < 3; times++) await postJson('/sim/explain', typing);
    expect(await publish()).toMatchObject({ status: 200 });
  });

  it('B6.2 /sim/publish counts as any publish', async ({ postJson, publish }) => {
    await postJson('/sim/publish', typing);
    expect(await publish()).toMatchObject({ status: 429 });
  });
});

describe('GET /sim/presence', () => {
  it('B6.3 lists nobody when nobody is online', async ({ send }) => {
    const { body } = await send('/sim/presence', { method: 'GET' });
    expect(body).toEqual({ code: 200, online: 0, users: [] });
  });

  it('B6.3 lists who is online, with how many sessions', async ({ connect, send }) => {
    for (const userId of ['bob', 'alice', 'bob']) await connect(userId);
    const { body } = await send('/sim/presence', { method: 'GET' });
    expect(body).toEqual({
      code: 200,
      online: 2,
      users: expect.arrayContaining([
        { userId: 'alice', sessions: 1 },
        { userId: 'bob', sessions: 2 },
      ]),
    });
  });

  it('B6.3 shows the sessions of a user', async ({ connect, send }) => {
    const [phone, other] = [await connect({ userId: 'bob', platform: 'ios' }), await connect('bob')];
    const { body } = await send('/sim/presence/bob', { method: 'GET' });
    expect(body).toEqual({
      code: 200,
      userId: 'bob',
      online: true,
      sessions: [
        { sessionId: phone.sessionId, platform: 'ios', openedAt: expect.any(Number) },
        { sessionId: other.sessionId, openedAt: expect.any(Number) },
      ],
    });
  });

  it('B6.3 shows that a user is offline', async ({ send }) => {
    const { body } = await send('/sim/presence/nobody', { method: 'GET' });
    expect(body).toEqual({ code: 200, userId: 'nobody', online: false, sessions: [] });
  });

  const ids = {
    'of Chinese characters': '小明',
    'that a path must escape': 'a/b?c&d',
    'of 64 characters': 'x'.repeat(64),
    'of 64 characters of two UTF-16 units each': '😀'.repeat(64),
  };

  for (const [title, userId] of Object.entries(ids)) {
    it(`B6.3 finds a user by an id ${title}`, async ({ connect, send }) => {
      await connect(userId);
      const { body } = await send(`/sim/presence/${encodeURIComponent(userId)}`, { method: 'GET' });
      expect(body).toMatchObject({ userId, online: true });
    });
  }
});

describe('DELETE /sim/sessions/:userId', () => {
  const disconnect = { method: 'DELETE' };

  it('B5.4 closes every session of the user with 4011', async ({ connect, send }) => {
    const sessions = await Promise.all([connect('bob'), connect('bob')]);
    await send('/sim/sessions/bob', disconnect);
    const closings = await Promise.all(sessions.map((session) => session.closed));
    expect(closings.map(({ code }) => code)).toEqual([4011, 4011]);
  });

  it('B6.3 says how many it closed', async ({ connect, send }) => {
    await Promise.all([connect('bob'), connect('bob')]);
    const { body } = await send('/sim/sessions/bob', disconnect);
    expect(body).toEqual({ code: 200, closed: 2 });
  });

  it('B6.3 closes none of a user who is offline', async ({ send }) => {
    const { body } = await send('/sim/sessions/nobody', disconnect);
    expect(body).toEqual({ code: 200, closed: 0 });
  });

  it('B6.3 leaves other users alone', async ({ connect, send }) => {
    const alice = await connect('alice');
    await send('/sim/sessions/bob', disconnect);
    await expect(alice.settle()).resolves.toBeUndefined();
  });

  it('B1.1 has the user offline as soon as it answers', async ({ connect, postJson, send }) => {
    await connect('bob');
    await send('/sim/sessions/bob', disconnect);
    const { body } = await postJson('/sim/publish', typing);
    expect(body.report.recipients).toMatchObject([{ outcome: 'dropped', reason: 'offline' }]);
  });
});

describe('GET /sim/trace', () => {
  it('B6.5 is a stream of server-sent events', async ({ openTrace }) => {
    expect(await openTrace()).toMatchObject({ type: 'text/event-stream' });
  });

  alone('B2.1 shows a publish, whom it reached and whom not', async ({ connect, openTrace, publish }) => {
    await connect('bob');
    const trace = await openTrace();
    const { body } = await publish({ toUserId: ['bob', 'dave'] });
    const [toBob, toDave] = body.messageUIDs;
    expect(parseEvent(await trace.next())).toEqual({
      event: 'publish',
      at: expect.any(Number),
      appKey: 'default',
      via: 'rongcloud',
      fromUserId: 'alice',
      channelType: 'PERSON',
      objectName: 'RC:TypSts',
      contentBytes: 33,
      report: {
        recipients: [
          { ...toBob, outcome: 'delivered', sessions: 1 },
          { ...toDave, outcome: 'dropped', reason: 'offline' },
        ],
        echo: { outcome: 'not-requested' },
      },
    });
  });

  it('B6.5 tells which way a publish came in', async ({
    simulator,
    connect,
    openTrace,
    publish,
    postJson,
  }) => {
    const alice = await connect('alice');
    const trace = await openTrace();
    await publish();
    await postJson('/sim/publish', typing);
    await alice.publish(typing);
    simulator.publish(typing);
    const events = [];
    for (let count = 0; count < 4; count++) events.push(parseEvent(await trace.next()));
    expect(events).toMatchObject([
      { via: 'rongcloud' },
      { via: 'sim' },
      { via: 'client' },
      { via: 'embedded' },
    ]);
  });

  alone('B6.5 shows a session as it opens and as it closes', async ({ connect, openTrace, send }) => {
    const trace = await openTrace();
    const { sessionId } = await connect({ userId: 'bob', platform: 'web' });
    await send('/sim/sessions/bob', { method: 'DELETE' });
    const both = {
      event: 'session',
      at: expect.any(Number),
      appKey: 'default',
      userId: 'bob',
      sessionId,
      platform: 'web',
      clientIp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    };
    expect([parseEvent(await trace.next()), parseEvent(await trace.next())]).toEqual([
      { ...both, state: 'opened', online: true },
      { ...both, state: 'closed', code: 4011, by: 'sim', online: false },
    ]);
  });

  alone('B6.5 shows a refused request', async ({ openTrace, publish }) => {
    const trace = await openTrace();
    await publish({ content: '' });
    expect(parseEvent(await trace.next())).toEqual({
      event: 'refused',
      at: expect.any(Number),
      appKey: 'default',
      path: publishPath,
      code: 1002,
      errorMessage: 'The parameter content is required.',
    });
  });

  it('B2.3 never shows the content', async ({ connect, openTrace, publish, send }) => {
    await connect('bob');
    const trace = await openTrace();
    const content = '{"secret":"word"}';
    await publish({ content });
    await publish({ content, verifyBlacklist: 'bad' });
    await publish({ content: `${content}${' '.repeat(131_072)}` });
    await publish({ content: content.slice(1) });
    await send('/sim/publish', { headers: { 'Content-Type': 'application/json' }, body: content.slice(1) });
    for (let count = 0; count < 5; count++) expect(await trace.next()).not.toMatch(/secret|word/);
  });

  it('B2.3 shows nothing of what was before', async ({ openTrace, publish }) => {
    await publish({ fromUserId: 'before' });
    const trace = await openTrace();
    await publish({ fromUserId: 'after' });
    expect(parseEvent(await trace.next())).toMatchObject({ fromUserId: 'after' });
  });

  alone('B4.1 shows events of its own app alone', async ({ connect, openTrace, publish }) => {
    const trace = await openTrace({ 'App-Key': 'one' });
    await publish({}, { 'App-Key': 'two' });
    await publish({ content: '' }, { 'App-Key': 'two' });
    await connect({ userId: 'bob', appKey: 'two' });
    await publish({}, { 'App-Key': 'one' });
    expect(parseEvent(await trace.next())).toMatchObject({ event: 'publish', appKey: 'one' });
  });

  alone(
    'B6.5 takes the App-Key from the query, as an EventSource sends no headers',
    async ({ openTrace, publish }) => {
      const trace = await openTrace({}, '?appKey=one');
      await publish({}, { 'App-Key': 'one' });
      expect(parseEvent(await trace.next())).toMatchObject({ appKey: 'one' });
    },
  );

  it('B6.5 may be read by several at once', async ({ openTrace, publish }) => {
    const [first, second] = await Promise.all([openTrace(), openTrace()]);
    await publish();
    expect(await first.next()).toBe(await second.next());
  });

  alone('B6.5 ends as the simulator closes', async ({ simulator, openTrace }) => {
    const trace = await openTrace();
    await simulator.close();
    expect(await trace.next()).toBe('the end');
  });
});

it('B6.12 GET /healthz answers whoever asks', async ({ send }) => {
  const { status, body } = await send('/healthz', { method: 'GET' });
  expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
});

/** All calls that take JSON. */
const jsonCalls = [
  ['POST', '/sim/publish'],
  ['POST', '/sim/explain'],
  ['POST', '/sim/settle'],
  ['POST', '/sim/clock'],
  ['POST', '/sim/reset'],
  ['PUT', '/sim/faults'],
  ['POST', '/sim/clients'],
  ['POST', '/sim/clients/1/settle'],
  ['POST', '/sim/clients/1/publish'],
] as const;

it.for(jsonCalls)(
  'B6.1 JSON that is nested too deeply is refused by %s %s',
  async ([method, path], { simulator }) => {
    const body = `{"toUserId":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(simulator.url + path, { method, headers, body });
    expect([response.status, await response.json()]).toEqual([
      400,
      { code: 1002, errorMessage: 'The body is nested too deeply: at most 32 levels.', url: path },
    ]);
  },
);

describe('GET /sim/signature', () => {
  it.override('options', { apps: [app], adminToken: 'letmein' });

  it('B6.1 B4.2 what it tells signs a call of RongCloud’s', async ({ simulator, postForm }) => {
    const response = await fetch(`${simulator.url}/sim/signature`, {
      headers: { Authorization: 'Bearer letmein' },
    });
    const { headers } = (await response.json()) as { headers: Record<string, string> };
    const { body } = await postForm('/user/checkOnline.json', { userId: 'bob' }, headers);
    expect(body).toEqual({ code: 200, status: '0' });
  });

  it('B4.4 without the admin token it tells nothing', async ({ send }) => {
    const { status, body } = await send('/sim/signature', { method: 'GET' });
    expect([status, body.code]).toEqual([401, 1007]);
  });
});
