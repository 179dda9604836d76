import { expect } from 'vitest';
import {
  emojiBodies,
  handWrittenRequest,
  javaCalls,
  nodeSdkRequest,
  type SdkRequest,
  sdkRequests,
} from '../fixtures/sdk-requests.ts';
import { app, it as base, publishPath, signedHeaders } from '../fixtures/simulator.ts';

const it = base.extend('options', { apps: [app] });
const groupPath = '/statusmessage/group/publish.json';
const everyRequest = [...sdkRequests, handWrittenRequest];

for (const { sdk, headers, body, toUserIds, content } of everyRequest) {
  it(`A3 the publish of ${sdk} is accepted, its recipients in order`, async ({ send }) => {
    const answer = await send(publishPath, { headers, body });
    expect(answer).toMatchObject({ status: 200, body: { code: 200 } });
    expect(answer.body.messageUIDs.map(({ userId }) => userId)).toEqual(toUserIds);
  });

  it(`A3 the publish of ${sdk} reaches who is online, its content to the letter`, async ({ login, send }) => {
    const recipients = await Promise.all(toUserIds.map((userId) => login(userId)));
    await send(publishPath, { headers, body });
    const frames = await Promise.all(recipients.map((recipient) => recipient.next()));
    expect(frames.map((frame) => frame.content)).toEqual(toUserIds.map(() => content));
  });

  it(`A2 the signature of ${sdk} may come again`, async ({ send }) => {
    await send(publishPath, { headers, body });
    expect(await send(publishPath, { headers, body })).toMatchObject({ status: 200 });
  });
}

for (const { sdk, headers, body, content } of everyRequest) {
  it(`A3 the publish of ${sdk} in its group form reaches the members`, async ({ login, postForm, send }) => {
    const bob = await login('u2');
    for (const groupId of ['g1', 'g2']) {
      await postForm('/group/create.json', { groupId, userId: 'u2' }, signedHeaders(app));
    }
    const answer = await send(groupPath, { headers, body: groupForm(body) });
    await bob.settle();
    expect(answer.body.messageUIDs).toMatchObject([{ groupId: 'g1' }, { groupId: 'g2' }]);
    expect(bob.received).toMatchObject(['g1', 'g2'].map((groupId) => ({ groupId, content })));
  });
}

for (const { sdk, headers, body } of sdkRequests) {
  it(`A3 ${sdk} has its verifyBlacklist honoured`, async ({ login, postForm, send }) => {
    const bob = await login('u2');
    await postForm('/user/blacklist/add.json', { userId: 'u2', blackUserId: 'u1' }, signedHeaders(app));
    await send(publishPath, { headers, body });
    await bob.settle();
    expect(bob.received).toEqual([]);
  });

  it(`A3 ${sdk} has its isIncludeSender honoured`, async ({ login, send }) => {
    const sender = await login('u1');
    const answer = await send(publishPath, { headers, body });
    await expect(sender.next()).resolves.toMatchObject({
      type: 'echo',
      messageUIDs: answer.body.messageUIDs,
    });
  });
}

it('B10.5 B11.3 the calls of Java 4.0.11 about users and groups are answered as it reads them', async ({
  simulator,
  send,
}) => {
  const { headers } = sdkRequests[0]!;
  const { clock } = simulator.app();
  for (const [index, [path, body, answer]] of javaCalls.entries()) {
    clock.freeze(1_795_438_755_202 + index); // so that nothing is made at the same time
    const fields = Object.entries<unknown>({ code: 200, ...answer }).map(([name, value]) => {
      return [name, value instanceof RegExp ? expect.stringMatching(value) : value];
    });
    const expected = { path, body: Object.fromEntries(fields) };
    expect({ path, body: (await send(path, { headers, body })).body }).toMatchObject(expected);
  }
});

/** The same body to the groups g1 and g2, where it names its recipients. */
function groupForm(body: string): string {
  const pairs = body.split('&').filter((pair) => !pair.startsWith('toUserId='));
  const place = body.split('&').findIndex((pair) => pair.startsWith('toUserId='));
  return pairs.toSpliced(place, 0, 'toGroupId=g1', 'toGroupId=g2').join('&');
}

it('A1 without flags nothing is echoed and no blacklist is asked', async ({ login, postForm, send }) => {
  const [sender, bob] = await Promise.all([login('u1'), login('u2')]);
  await postForm('/user/blacklist/add.json', { userId: 'u2', blackUserId: 'u1' }, signedHeaders(app));
  await send(publishPath, handWrittenRequest);
  await Promise.all([sender.settle(), bob.settle()]);
  expect([sender.received.length, bob.received.length]).toEqual([0, 1]);
});

for (const { how, body, content } of emojiBodies) {
  it(`A3 an emoji ${how} arrives as it was`, async ({ login, send }) => {
    const bob = await login('u2');
    await send(publishPath, { headers: handWrittenRequest.headers, body });
    expect(await bob.next()).toMatchObject({ content });
  });
}

it(`A2 ${nodeSdkRequest.sdk} is known by its signature, its %20 by what it stands for`, async ({
  login,
  send,
}) => {
  await login('u 3&x');
  const { body } = await send('/user/checkOnline.json', nodeSdkRequest);
  expect(body).toEqual({ code: 200, status: '1' });
});

/** The headers with one of them changed by a character, whatever its prefix. */
function changed(headers: SdkRequest['headers'], name: string): SdkRequest['headers'] {
  const entries = Object.entries(headers).map(([key, value]) => {
    return [
      key,
      key.toLowerCase().endsWith(name) ? value.replace(/.$/, (last) => (last === '0' ? '1' : '0')) : value,
    ];
  });
  return Object.fromEntries(entries);
}

for (const { sdk, headers, body } of [...everyRequest, nodeSdkRequest]) {
  for (const name of ['nonce', 'timestamp', 'signature']) {
    it(`B3.10 the request of ${sdk} with another ${name} gets 1004 with HTTP 401`, async ({ send }) => {
      const path = sdk === nodeSdkRequest.sdk ? '/user/checkOnline.json' : publishPath;
      const answer = await send(path, { headers: changed(headers, name), body });
      expect(answer).toMatchObject({ status: 401, body: { code: 1004 } });
    });
  }
}

const contentTypes = [
  'application/x-www-form-urlencoded;charset=UTF-8',
  'application/x-www-form-urlencoded; charset=utf-8',
  'application/x-www-form-urlencoded; charset="utf-8"',
  'Application/X-WWW-Form-Urlencoded',
];

it.for(contentTypes)('A3 the Content-Type %s is accepted', async (type, { publish }) => {
  const headers = { ...signedHeaders(app), 'Content-Type': type };
  expect(await publish({}, headers)).toMatchObject({ status: 200 });
});

const literalTexts = {
  'a timestamp in milliseconds': ['14314', '1795424866123'],
  'a timestamp of long ago': ['14314', '1'],
  'a nonce over 18 characters': ['55770067919477794101', '1795424866'],
  'a nonce of letters': ['abcDEF', '1795424866'],
} as const;

for (const [title, [nonce, timestamp]] of Object.entries(literalTexts)) {
  it(`A2 ${title} is signed as it stands`, async ({ publish }) => {
    expect(await publish({}, signedHeaders(app, nonce, timestamp))).toMatchObject({ status: 200 });
  });
}

it('A3 an address that ends in a slash does not matter', async ({ send }) => {
  expect(await send(`/${publishPath}`, sdkRequests[0])).toMatchObject({ status: 200 });
});

it('A3 a body that comes in chunks is accepted', async ({ send }) => {
  const { headers, body } = handWrittenRequest;
  const answer = await send(publishPath, { headers: { ...headers, 'Transfer-Encoding': 'chunked' }, body });
  expect(answer).toMatchObject({ status: 200 });
});
