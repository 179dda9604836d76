import { describe, expect } from 'vitest';
import {
  app,
  exchangeRaw,
  type FormFields,
  form,
  formType,
  type HttpRequest,
  it,
  publishPath,
  signedHeaders,
  typing,
} from '../fixtures/simulator.ts';

interface Refusal {
  rule: string;
  mistake: string;
  request: HttpRequest;
  code: number;
  status: number;
  /** The exact text where one is recorded, else what it must name. */
  says: string | RegExp;
}

const signed = signedHeaders(app);

/** But for its mistake, each request would reach bob, and alice as an echo. */
const message = { ...typing, isIncludeSender: '1' };

function posted(body: string | Buffer, headers: Record<string, string> = {}): HttpRequest {
  return { headers: { 'Content-Type': formType, ...signed, ...headers }, body };
}

const published = (fields: FormFields) => posted(form({ ...message, ...fields }));

/** The good publish and something behind it that no form writer would write. */
function publishedWith(stray: string | Buffer): HttpRequest {
  return posted(Buffer.concat([Buffer.from(`${form(message)}&`), Buffer.from(stray)]));
}

/** The good publish with these headers alone. */
function publishedBy(headers: Record<string, string>): HttpRequest {
  return { headers: { 'Content-Type': formType, ...headers }, body: form(message) };
}

/** One row for each mistake that gets this refusal. */
function refused(
  rule: string,
  code: number,
  status: number,
  says: Refusal['says'],
  mistakes: Record<string, HttpRequest>,
): Refusal[] {
  return Object.entries(mistakes).map(([mistake, request]) => ({
    rule,
    mistake,
    request,
    code,
    status,
    says,
  }));
}

/** The mistakes of one kind, by what is wrong in each. */
function each(values: readonly string[], title: string, request: (value: string) => HttpRequest) {
  return Object.fromEntries(values.map((value) => [`${title} ${value}`, request(value)]));
}

const bobAndOthers = ['bob', ...Array.from({ length: 1000 }, (_, index) => `user-${index}`)];
const { Signature: signature, ...unsigned } = signed;

const refusals: Refusal[] = [
  ...refused('B3.1', 1003, 400, /no body/, {
    'a request without a body': { headers: { ...signed, 'Content-Length': '0' } },
    'an empty form': posted(''),
  }),
  ...['fromUserId', 'toUserId', 'objectName', 'content'].flatMap((name) =>
    refused('B3.2', 1002, 400, `The parameter ${name} is required.`, {
      [`a missing ${name}`]: published({ [name]: undefined }),
      [`an empty ${name}`]: published({ [name]: '' }),
    }),
  ),
  ...refused('B3.2', 1002, 400, 'The parameter toUserId is required.', {
    'an empty toUserId among others': published({ toUserId: ['bob', ''] }),
  }),
  ...refused('B3.3', 1002, 400, 'the number of toUserId should less than 1000.', {
    '1001 values of toUserId': published({ toUserId: bobAndOthers }),
    'one toUserId sent 1001 times': published({ toUserId: Array(1001).fill('bob') }),
  }),
  ...refused('B3.4', 1005, 400, /fromUserId.* 64\b/, {
    'a fromUserId of 65 characters': published({ fromUserId: 'a'.repeat(65) }),
  }),
  ...refused('B3.4', 1005, 400, /toUserId.* 64\b/, {
    'a toUserId of 65 characters': published({ toUserId: ['bob', '你'.repeat(65)] }),
  }),
  ...refused('B3.4', 1005, 400, /objectName.* 32\b/, {
    'an objectName of 33 characters': published({ objectName: 'n'.repeat(33) }),
  }),
  ...refused('B3.4', 1005, 400, /content.* 131072\b/, {
    'a content of 131073 bytes': published({ objectName: 'app:any', content: 'c'.repeat(131_073) }),
  }),
  ...refused('B3.4', 1005, 400, /body.* 2097152\b/, {
    'a body over 2 MiB': published({ stray: 's'.repeat(2 * 1024 * 1024) }),
  }),
  ...refused('B3.5', 1002, 400, /objectName.* RC:/, {
    ...each(['RC:NoSuchMsg', 'RC:', 'RC:txtmsg'], 'the name', (objectName) => published({ objectName })),
  }),
  ...refused('B3.6', 1002, 400, /content.* JSON object/, {
    ...each(
      ['hello', '[]', '"text"', 'null', '1', '{"cut":'],
      'a built-in type with the content',
      (content) => published({ content }),
    ),
  }),
  ...['verifyBlacklist', 'isIncludeSender'].flatMap((flag) => [
    ...refused('B3.7', 1002, 400, new RegExp(`${flag}.* 0 or 1`), {
      ...each(['2', '-1', 'true', '0x1', '01', ' 1'], `the flag ${flag} as`, (value) =>
        published({ [flag]: value }),
      ),
    }),
    ...refused('B3.7', 1002, 400, new RegExp(`${flag}.* twice`), {
      [`the flag ${flag} as 1 and as 0`]: published({ [flag]: ['1', '0'] }),
    }),
  ]),
  ...refused('B3.7', 1002, 400, /fromUserId.* twice/, {
    'two different senders': published({ fromUserId: ['alice', 'carol'] }),
  }),
  ...refused('B3.8', 1002, 400, /Content-Type/, {
    ...each(
      ['application/json', 'text/plain', 'multipart/form-data; boundary=b', 'nonsense'],
      'a form as',
      (type) => posted(form(message), { 'Content-Type': type }),
    ),
    'a form without a Content-Type': { headers: signed, body: form(message) },
  }),
  ...refused('B3.8', 1002, 400, /UTF-8/, {
    ...each(['%', '%4', '%zz', '%u4f60', '%E4%BD', '%C0%80', '%ED%A0%80'], 'the escape', publishedWith),
    ...each(['ff', 'e4bd', 'c3e3'], 'the bytes', (hex) => publishedWith(Buffer.from(hex, 'hex'))),
  }),
  ...refused('B3.9', 1002, 400, 'Invalidate App-Key.', {
    'an unknown App-Key': publishedBy(signedHeaders({ ...app, key: 'app-two' })),
    'no App-Key': publishedBy({}),
  }),
  ...refused('B3.10', 1004, 401, '签名错误，请检查。', {
    'no signature': publishedBy(unsigned),
    'an empty signature': publishedBy({ ...unsigned, Signature: '' }),
    'the signature of another secret': publishedBy(signedHeaders({ ...app, secret: 'other' })),
    'a signature in capitals': publishedBy({ ...unsigned, Signature: signature!.toUpperCase() }),
    'a signature with more behind it': publishedBy({ ...unsigned, Signature: `${signature}0` }),
  }),
];

describe('a bad publish', () => {
  it.override('options', { apps: [app] });

  for (const { rule, mistake, request, code, status, says } of refusals) {
    it(`${rule} ${mistake} gets ${code} with HTTP ${status}`, async ({ send }) => {
      const answer = await send(publishPath, request);
      const errorMessage = typeof says === 'string' ? says : expect.stringMatching(says);
      expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/json;charset=UTF-8' } });
      expect(answer.body).toEqual({ code, errorMessage, url: publishPath });
    });

    it(`B1.11 ${mistake} delivers nothing`, async ({ login, send }) => {
      const [alice, bob] = await Promise.all([login('alice'), login('bob')]);
      await send(publishPath, request);
      await Promise.all([alice.settle(), bob.settle()]);
      expect([...alice.received, ...bob.received]).toEqual([]);
    });
  }

  it('B1.11 but for its mistake it would reach bob and alice', async ({ login, send }) => {
    const [alice, bob] = await Promise.all([login('alice'), login('bob')]);
    await send(publishPath, publishedBy(signed));
    await Promise.all([alice.settle(), bob.settle()]);
    expect([...alice.received, ...bob.received].map(({ type }) => type)).toEqual(['echo', 'status']);
  });
});

describe('what is just good enough', () => {
  const accepted: Record<string, FormFields> = {
    'B3.3 1000 values of toUserId': { toUserId: bobAndOthers.slice(0, 1000) },
    'B3.4 an id of 64 characters of two UTF-16 units each': { fromUserId: '😀'.repeat(64) },
    'B3.4 an objectName of 32 characters': { objectName: '你'.repeat(32) },
    'B3.5 a name that only looks reserved': { objectName: 'rc:TxtMsg' },
    'B3.5 a name of call signalling': { objectName: 'RC:VCInvite' },
    'B3.6 a custom type with any text': { objectName: 'app:any', content: 'hello' },
    'B3.7 a flag sent twice with one value': { verifyBlacklist: ['1', '1'] },
    'A3 an unknown key': { isPersisted: '1', busChannel: ['a', 'b'] },
  };

  for (const [title, fields] of Object.entries(accepted)) {
    it(`${title} is accepted`, async ({ publish }) => {
      expect(await publish(fields)).toMatchObject({ status: 200, body: { code: 200 } });
    });
  }

  it('B3.13 an unknown sender and unknown recipients are accepted', async ({ publish }) => {
    const { body } = await publish({ fromUserId: 'nobody', toUserId: ['no-one', 'never-seen'] });
    expect(body.messageUIDs.map(({ userId }) => userId)).toEqual(['no-one', 'never-seen']);
  });
});

describe('with acceptUnknownBuiltIns', () => {
  it.override('options', { acceptUnknownBuiltIns: true });

  it('B3.5 a reserved name that is not built in is accepted', async ({ publish }) => {
    expect(await publish({ objectName: 'RC:NewMsg', content: 'any' })).toMatchObject({ status: 200 });
  });
});

describe('with acceptAnyContent', () => {
  it.override('options', { acceptAnyContent: true });

  it('B3.6 a built-in type with any content is accepted', async ({ publish }) => {
    expect(await publish({ content: 'hello' })).toMatchObject({ status: 200 });
  });
});

describe('with 3 recipients a minute', () => {
  it.override('options', { recipientsPerMinute: 3 });

  it('B3.11 what exceeds the rate gets 1008 with HTTP 429', async ({ publish }) => {
    const { status, headers, body } = await publish({ toUserId: ['a', 'b', 'c', 'd'] });
    expect(headers['content-type']).toBe('application/json;charset=UTF-8');
    expect({ status, body }).toEqual({
      status: 429,
      body: { code: 1008, errorMessage: expect.stringMatching(/\b3 messages a minute/), url: publishPath },
    });
  });

  it('B3.11 Retry-After says in how many seconds the minute ends', async ({ publish }) => {
    await publish({ toUserId: ['a', 'b', 'c'] });
    const { headers } = await publish();
    expect(Number(headers['retry-after'])).toSatisfy((seconds: number) => seconds > 50 && seconds <= 60);
  });

  it('B3.11 a refused request costs nothing', async ({ publish }) => {
    const statuses = [];
    for (const toUserId of [['a', 'b'], ['c', 'd'], ['e']])
      statuses.push((await publish({ toUserId })).status);
    expect(statuses).toEqual([200, 429, 200]);
  });

  it('B3.11 a request refused for another reason costs nothing', async ({ publish }) => {
    await publish({ toUserId: ['a', 'b', 'c'], content: 'hello' });
    expect(await publish({ toUserId: ['a', 'b', 'c'] })).toMatchObject({ status: 200 });
  });

  it('B1.11 a request that exceeds the rate delivers nothing', async ({ connect, publish }) => {
    const [alice, bob] = await Promise.all([connect('alice'), connect('bob')]);
    await publish({ toUserId: ['bob', 'b', 'c', 'd'], isIncludeSender: '1' });
    await Promise.all([alice.settle(), bob.settle()]);
    expect([...alice.received, ...bob.received]).toEqual([]);
  });

  it('B1.13 a recipient named twice counts once, offline or not', async ({ publish }) => {
    expect(await publish({ toUserId: ['a', 'a', 'b', 'c', 'c'] })).toMatchObject({ status: 200 });
  });

  it("B1.13 a client's own publishes do not count", async ({ connect, publish }) => {
    const alice = await connect('alice');
    await alice.publish({ ...typing, toUserId: ['a', 'b', 'c'] });
    expect(await publish({ toUserId: ['a', 'b', 'c'] })).toMatchObject({ status: 200 });
  });
});

describe('an address that takes no such request', () => {
  const unknownPaths = ['/nowhere', '/', '/message/no/such.json', '/sim/nothing', '/%zz', '/connect'];

  it.for(unknownPaths)('B3.12 the unknown path %s gets 404', async (path, { postForm }) => {
    const { status, body } = await postForm(path, typing);
    expect({ status, body }).toEqual({
      status: 404,
      body: { code: 404, errorMessage: 'Not a valid API.', url: path },
    });
  });

  it('B3.12 an unknown path gets 404 whatever is sent there', async ({ send }) => {
    const request = { headers: { 'Content-Type': 'application/xml' }, body: '<a/>' };
    expect(await send('/nowhere', request)).toMatchObject({ status: 404 });
  });

  const wrongMethods = [
    ['GET', publishPath, 'POST'],
    ['PUT', publishPath, 'POST'],
    ['OPTIONS', publishPath, 'POST'],
    ['DELETE', '/user/getToken.json', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['GET', '/sim/publish', 'POST'],
    ['POST', '/sim/presence/bob', 'GET, HEAD'],
    ['GET', '/sim/sessions/bob', 'DELETE'],
  ] as const;

  it.for(wrongMethods)('B3.12 %s %s gets 405, and Allow says %s', async ([method, path, allow], { send }) => {
    const { status, headers, body } = await send(path, { method });
    expect({ status, allow: headers.allow, body }).toEqual({
      status: 405,
      allow,
      body: { code: 405, errorMessage: expect.stringContaining('method'), url: path },
    });
  });

  it('B3.12 the url of a refusal is the path without the query', async ({ send }) => {
    expect(await send(`${publishPath}?a=1`)).toMatchObject({ body: { url: publishPath } });
  });
});

describe('what is not even HTTP', () => {
  const broken = {
    words: 'hello\r\n\r\n',
    'a Content-Length that is no number': `POST ${publishPath} HTTP/1.1\r\nContent-Length: x\r\n\r\n`,
    'headers of 64 KiB': `GET /healthz HTTP/1.1\r\nX: ${'x'.repeat(64 * 1024)}\r\n\r\n`,
  };

  for (const [title, bytes] of Object.entries(broken)) {
    it(`${title} in place of a request gets 400 in the same shape`, async ({ simulator }) => {
      const [head, body] = (await exchangeRaw(simulator.url, bytes)).split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 400 .*Content-Type: application\/json;charset=UTF-8/s);
      expect(JSON.parse(body!)).toEqual({
        code: 1002,
        errorMessage: expect.stringContaining('HTTP'),
        url: '',
      });
    });

    it(`after ${title} the server still serves`, async ({ simulator, publish }) => {
      await exchangeRaw(simulator.url, bytes);
      expect(await publish()).toMatchObject({ status: 200 });
    });
  }

  it('after a body that is cut off the server still serves', async ({ simulator, connect, publish }) => {
    const bob = await connect('bob');
    const cut = `POST ${publishPath} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${formType}\r\nContent-Length: 1000\r\n\r\n`;
    await exchangeRaw(simulator.url, cut + form(typing));
    await publish({ content: '{}' });
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(['{}']);
  });

  it('after a body over 2 MiB the server still serves', async ({ publish }) => {
    await publish({ stray: 's'.repeat(8 * 1024 * 1024) });
    expect(await publish()).toMatchObject({ status: 200 });
  });
});
