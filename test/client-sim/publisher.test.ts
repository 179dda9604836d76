import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type RequestListener,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { PublishRefused, StatusPublisher, type StatusPublisherOptions } from '../../client-sim/publisher.ts';

const message = { fromUserId: 'ann', toUserId: 'bob', objectName: 'RC:TypSts', content: '{}' };
const messageUIDs = [{ userId: 'bob', messageUID: '5GSB-RPM1-KP8H-9JHF' }];

interface SentRequest {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

interface GivenAnswer {
  status?: number;
  headers?: OutgoingHttpHeaders;
  body: string;
}

/** A publisher to a server that keeps each request, and answers all alike. */
async function publisherTo(answer: GivenAnswer, options: Partial<StatusPublisherOptions> = {}) {
  const requests: SentRequest[] = [];
  const url = await serve(async (request, response) => {
    const { method, url: path, headers } = request;
    requests.push({ method, path, headers, body: await text(request) });
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  const publisher = new StatusPublisher({ ...options, url: url + (options.url ?? '') });
  return { publisher, requests };
}

const accepted: GivenAnswer = {
  headers: { 'X-Request-Id': 'r1' },
  body: JSON.stringify({ code: 200, messageUIDs }),
};

/** What one publish sends. */
async function requestOf(
  options: Partial<StatusPublisherOptions>,
  publish: object = {},
): Promise<SentRequest> {
  const { publisher, requests } = await publisherTo(accepted, options);
  await publisher.publish({ ...message, ...publish });
  return requests[0]!;
}

const formOf = async (publish: object) =>
  Array.from(new URLSearchParams((await requestOf({}, publish)).body));

const vectors = [
  ['Java 4.0.11', '259034.13247311802', 1795424866, '904a86ce4ba4d495670fc3f5f3a655002cf4152b'],
  ['Go 4.0.7', '5577006791947779410', 1795425609, '0816628974da2003a96e16b8bf5bcd87344f66b7'],
  ['PHP 3.4.2', '227973201', 1795425563, '67ccd3d0e2965fe5b150471c8715a6273e8a0b39'],
  ['Python 3.1.9', '417946710', 1795425633, '63b6a8733a62945980d603f18b071f79c63f117c'],
  ['Node 3.1.1', '7086767', 1795425634, '31d86002441a70feb5235e8d654ad9624ecc7813'],
] as const;

it.each(vectors)('A2 the signature is that of %s', async (_sdk, nonce, seconds, signature) => {
  const now = () => seconds * 1000 + 999;
  const { headers } = await requestOf({ appKey: 'k', appSecret: 'secr', nonce: () => nonce, now });
  expect(headers).toMatchObject({
    'app-key': 'k',
    nonce,
    timestamp: String(seconds),
    signature,
  });
});

it('A2 a nonce has at most 18 digits, and is another one each time', async () => {
  const { publisher, requests } = await publisherTo(accepted, { appKey: 'k', appSecret: 'secr' });
  await publisher.publish(message);
  await publisher.publish(message);
  const nonces = requests.map(({ headers }) => String(headers.nonce));
  expect([new Set(nonces).size, nonces.every((nonce) => /^\d{1,18}$/.test(nonce))]).toEqual([2, true]);
});

it('B4.3 nothing is signed without a secret', async () => {
  const { headers } = await requestOf({ appKey: 'k' });
  const ofHttp = ['connection', 'content-length', 'host'];
  expect(Object.keys(headers).filter((name) => !ofHttp.includes(name))).toEqual(['content-type', 'app-key']);
});

it('a secret without its key is a TypeError', () => {
  expect(() => new StatusPublisher({ url: 'http://sim.test', appSecret: 's' })).toThrow(TypeError);
});

it('A1 the request is a form, posted to the endpoint', async () => {
  const { method, path, headers } = await requestOf({});
  expect([method, path, headers['content-type']]).toEqual([
    'POST',
    '/statusmessage/private/publish.json',
    'application/x-www-form-urlencoded;charset=UTF-8',
  ]);
});

it('a trailing slash in the address does no harm', async () => {
  const { path } = await requestOf({ url: '/api/' });
  expect(path).toBe('/api/statusmessage/private/publish.json');
});

it('A1 the form has the fields of the endpoint, one toUserId for each recipient', async () => {
  const publish = { toUserId: ['u2', 'u 3&x'], verifyBlacklist: true, content: '你好 a+b' };
  await expect(formOf(publish)).resolves.toEqual([
    ['fromUserId', 'ann'],
    ['toUserId', 'u2'],
    ['toUserId', 'u 3&x'],
    ['objectName', 'RC:TypSts'],
    ['content', '你好 a+b'],
    ['verifyBlacklist', '1'],
    ['isIncludeSender', '0'],
  ]);
});

it('A1 isIncludeSender becomes 1', async () => {
  await expect(formOf({ isIncludeSender: true })).resolves.toContainEqual(['isIncludeSender', '1']);
});

it('content given as an object becomes JSON', async () => {
  const content = { typingContentType: 'RC:TxtMsg' };
  await expect(formOf({ content })).resolves.toContainEqual(['content', '{"typingContentType":"RC:TxtMsg"}']);
});

it('publish resolves with the messageUIDs and the request id', async () => {
  const { publisher } = await publisherTo(accepted);
  await expect(publisher.publish(message)).resolves.toEqual({ messageUIDs, requestId: 'r1' });
});

it('an answer without messageUIDs gives an empty list', async () => {
  const { publisher } = await publisherTo({ body: '{"code":200}' });
  await expect(publisher.publish(message)).resolves.toMatchObject({ messageUIDs: [] });
});

const refusals = [
  {
    title: 'the code and the text of RongCloud',
    answer: {
      status: 429,
      headers: { 'X-Request-Id': 'r2' },
      body: '{"code":1008,"errorMessage":"too fast","url":"/x.json"}',
    },
    refusal: { code: 1008, status: 429, errorMessage: 'too fast', requestId: 'r2' },
  },
  {
    title: 'a code other than 200 under HTTP 200',
    answer: { body: '{"code":1000,"errorMessage":"Internal logic error."}' },
    refusal: { code: 1000, status: 200, errorMessage: 'Internal logic error.', requestId: undefined },
  },
  {
    title: 'an answer that is JSON, but no object',
    answer: { status: 502, body: 'null' },
    refusal: {
      code: 502,
      status: 502,
      errorMessage: 'the answer was no error of RongCloud: null',
      requestId: undefined,
    },
  },
  {
    title: 'an answer that is no JSON, in its first words',
    answer: { status: 502, body: `<html>${'x'.repeat(100)}</html>` },
    refusal: {
      code: 502,
      status: 502,
      errorMessage: `the answer was no error of RongCloud: <html>${'x'.repeat(34)}`,
      requestId: undefined,
    },
  },
  {
    title: 'a redirect, and does not follow it',
    answer: { status: 307, headers: { Location: 'http://127.0.0.1:9/' }, body: 'Moved.' },
    refusal: {
      code: 307,
      status: 307,
      errorMessage: 'the answer was no error of RongCloud: Moved.',
      requestId: undefined,
    },
  },
];

it.each(refusals)('A5 PublishRefused tells $title', async ({ answer, refusal }) => {
  const { publisher } = await publisherTo(answer);
  const failure = await publisher.publish(message).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PublishRefused);
  expect(failure).toMatchObject(refusal);
});

/** Serves until the test ends; returns the address. */
async function serve(onRequest: RequestListener): Promise<string> {
  const server = createServer(onRequest).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('a publish passes over a real connection', async () => {
  const url = await serve((_, response) => response.end(JSON.stringify({ code: 200, messageUIDs })));
  await expect(new StatusPublisher({ url }).publish(message)).resolves.toMatchObject({ messageUIDs });
});

it('a broken connection rejects with its cause', async () => {
  const url = await serve((request) => request.socket.destroy());
  await expect(new StatusPublisher({ url }).publish(message)).rejects.toMatchObject({
    cause: expect.any(Error),
  });
});

it('an answer that is cut off rejects', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('{"code":200', () => response.destroy());
  });
  const publisher = new StatusPublisher({ url });
  await expect(publisher.publish(message)).rejects.toThrow('The publish got no answer: aborted');
});

it('an answer that does not end in time rejects', async () => {
  const url = await serve((_, response) => void response.write('{'));
  const publisher = new StatusPublisher({ url, timeoutMs: 50 });
  await expect(publisher.publish(message)).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('a page’s `fetch` in the place of the global one is not used', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new Error('of a page')));
  onTestFinished(() => void vi.unstubAllGlobals());
  await expect(formOf({})).resolves.toHaveLength(6);
});

it('an answer that does not come in time rejects', async () => {
  const url = await serve(() => {});
  const publisher = new StatusPublisher({ url, timeoutMs: 20 });
  await expect(publisher.publish(message)).rejects.toMatchObject({ name: 'TimeoutError' });
});

it.each(['<html>Welcome</html>', '{}', 'null', '{"code":"200"}', ''])(
  'the answer %j under HTTP 200 is no refusal, and no success',
  async (body) => {
    const { publisher } = await publisherTo({ body });
    const failure = await publisher.publish(message).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(PublishRefused);
    expect(failure).toMatchObject({ message: `What answered with HTTP 200 is not RongCloud's API: ${body}` });
  },
);

const noTexts = [
  ['fromUserId', undefined],
  ['toUserId', undefined],
  ['toUserId', ['bob', undefined]],
  ['objectName', null],
  ['content', undefined],
  ['content', null],
  ['content', () => {}],
  ['fromUserId', 7],
] as const;

it.each(noTexts)('a publish whose %s is %j is a TypeError, and sends nothing', async (name, value) => {
  const { publisher, requests } = await publisherTo(accepted);
  const publish = publisher.publish({ ...message, [name]: value } as never);
  await expect(publish).rejects.toThrow(`A publish needs a text as its ${name}, not `);
  await expect(publish).rejects.toBeInstanceOf(TypeError);
  expect(requests).toEqual([]);
});

it('half of a surrogate pair is sent as U+FFFD, as in UTF-8', async () => {
  await expect(formOf({ toUserId: 'b\ud83d', content: '👋\udc4b' })).resolves.toEqual(
    expect.arrayContaining([
      ['toUserId', 'b\ufffd'],
      ['content', '👋\ufffd'],
    ]),
  );
});
