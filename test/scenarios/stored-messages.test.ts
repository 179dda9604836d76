import { describe, expect } from 'vitest';
import { sentEvents } from '../../client-sim/cli/sent-events.ts';
import { TypingReceiver } from '../../client-sim/typing.js';
import type { PublishEvent, SimEvent } from '../../server/index.ts';
import type { StatusFrame } from '../../server/protocol/frames.ts';
import { app, it as base, publishPath, signedHeaders, typing } from '../fixtures/simulator.ts';

const it = base
  .extend('options', { stored: 'online' })
  /** Resolves with the next publish of which the trace tells. */
  .extend('traced', ({ simulator }) => () => {
    return new Promise<PublishEvent>((resolve) => {
      const end = simulator.on('publish', (event) => {
        end();
        resolve(event);
      });
    });
  });

const privatePath = '/message/private/publish.json';
const groupPath = '/message/group/publish.json';
const systemPath = '/message/system/publish.json';

const later = 'the service would keep this and deliver it later';
const hello = { fromUserId: 'alice', objectName: 'RC:TxtMsg', content: '{"content":"hello"}' };
const uid = expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
const sent = { ...hello, sentTime: expect.any(Number), stored: true };

it('B13.2 a stored message reaches who is online, in a frame that says so', async ({ connect, postForm }) => {
  const [alice, bob] = [await connect('alice'), await connect('bob')];
  const fields = { ...hello, toUserId: ['bob', 'carol'], isIncludeSender: '1' };
  const { status, body } = await postForm(privatePath, fields);
  const rows = ['bob', 'carol'].map((userId) => ({ userId, messageUID: uid }));
  expect([status, body]).toEqual([200, { code: 200, messageUIDs: rows }]);
  const { messageUID } = body.messageUIDs[0]!;
  expect(await bob.next()).toEqual({ type: 'status', messageUID, channelType: 'PERSON', ...sent });
  const echo = { type: 'echo', messageUIDs: body.messageUIDs, channelType: 'PERSON', ...sent };
  expect(await alice.next()).toEqual(echo);
});

it('B13.2 a status message does not say that it is stored', async ({ connect, publish }) => {
  const bob = await connect('bob');
  await publish();
  expect(await bob.next()).not.toHaveProperty('stored');
});

it('B13.2 a stored message to a group reaches its members, or those of them that it names', async ({
  connect,
  postForm,
}) => {
  await postForm('/group/create.json', { userId: ['alice', 'bob', 'carol'], groupId: 'team' });
  const clients = [await connect('bob'), await connect('carol'), await connect('dave')];
  const fields = { ...hello, toGroupId: 'team', toUserId: '' };
  const { body } = await postForm(groupPath, fields);
  expect(body).toEqual({ code: 200, messageUIDs: [{ groupId: 'team', messageUID: uid }] });
  await postForm(groupPath, { ...fields, toUserId: ['carol', 'dave'], verifyBlacklist: '1' });
  await Promise.all(clients.map((client) => client.settle()));
  expect(clients.map(({ received }) => received.length)).toEqual([1, 2, 0]);
  const frame = { type: 'status', messageUID: uid, channelType: 'GROUP', groupId: 'team', ...sent };
  expect(clients[1]!.received).toEqual([frame, frame]);
});

it('B13.2 a message to some members is for one group', async ({ postForm }) => {
  const answer = await postForm(groupPath, { ...hello, toGroupId: ['team', 'club'], toUserId: 'bob' });
  const errorMessage = 'The parameter toGroupId must be one group with a toUserId.';
  expect(answer).toMatchObject({ status: 400, body: { code: 1002, errorMessage } });
});

it('B13.2 a system message reaches those it names, in a system conversation', async ({
  connect,
  postForm,
}) => {
  const [bob, carol] = [await connect('bob'), await connect('carol')];
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  const fields = { ...hello, toUserId: ['bob', 'dave'], verifyBlacklist: '1', isIncludeSender: 'x' };
  const { body } = await postForm(systemPath, fields);
  expect(body.messageUIDs).toEqual(['bob', 'dave'].map((userId) => ({ userId, messageUID: uid })));
  expect(await bob.next()).toEqual({ type: 'status', messageUID: uid, channelType: 'SYSTEM', ...sent });
  await carol.settle();
  expect(carol.received).toEqual([]);
});

it('B13.2 a system message is for at most 100 users', async ({ postForm }) => {
  const toUserId = Array.from({ length: 101 }, (_, index) => `user ${index}`);
  const errorMessage = 'the number of toUserId should less than 100.';
  const answer = await postForm(systemPath, { ...hello, toUserId });
  expect(answer).toMatchObject({ status: 400, body: { code: 1002, errorMessage } });
});

it('B13.2 blacklists are respected if the call has a flag for it, and it is set', async ({
  connect,
  postForm,
}) => {
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await postForm('/group/create.json', { userId: 'bob', groupId: 'team' });
  const bob = await connect('bob');
  await postForm(privatePath, { ...hello, toUserId: 'bob', verifyBlacklist: '1' });
  await postForm(groupPath, { ...hello, toGroupId: 'team', verifyBlacklist: '1' });
  expect(await bob.next()).toMatchObject({ channelType: 'GROUP' });
});

it('B13.2 parameters about push, expansion and storage are accepted, and have no effect', async ({
  connect,
  postForm,
}) => {
  const bob = await connect('bob');
  const others = {
    ...{ pushContent: 'hi', pushData: '{}', pushExt: '{"title":"t"}', disablePush: 'false', count: '1' },
    ...{ isPersisted: '0', isCounted: '0', contentAvailable: '1', expansion: 'true', extraContent: '{}' },
    ...{ disableUpdateLastMsg: 'true', busChannel: '', msgRandom: '7', isMentioned: '0' },
  };
  const answer = await postForm(privatePath, { ...hello, toUserId: 'bob', ...others });
  expect(answer.status).toBe(200);
  expect(await bob.next()).toEqual({ type: 'status', messageUID: uid, channelType: 'PERSON', ...sent });
});

it('B13.2 checks are those of a status message', async ({ postForm }) => {
  const answer = await postForm(privatePath, { ...hello, toUserId: 'bob', content: '' });
  expect(answer).toMatchObject({ status: 400, body: { code: 1002 } });
});

it('B13.2 templates are still refused', async ({ postForm }) => {
  for (const kind of ['private', 'system']) {
    const answer = await postForm(`/message/${kind}/publish_template.json`, hello);
    expect(answer).toMatchObject({ status: 430, body: { code: 1009 } });
  }
});

it('B13.3 for who is offline the trace says what the service would do', async ({
  connect,
  postForm,
  traced,
}) => {
  await connect('bob');
  await postForm('/user/blacklist/add.json', { userId: 'dave', blackUserId: 'alice' });
  const publish = traced();
  await postForm(privatePath, { ...hello, toUserId: ['bob', 'carol', 'dave'], verifyBlacklist: '1' });
  expect(await publish).toMatchObject({ stored: true, via: 'rongcloud', objectName: 'RC:TxtMsg' });
  expect((await publish).report.recipients).toEqual([
    { userId: 'bob', messageUID: uid, outcome: 'delivered', sessions: 1 },
    { userId: 'carol', messageUID: uid, outcome: 'dropped', reason: 'offline', note: later },
    { userId: 'dave', messageUID: uid, outcome: 'dropped', reason: 'blocked' },
  ]);
});

it('B13.3 nothing is kept: who connects later gets nothing', async ({ connect, postForm }) => {
  await postForm(privatePath, { ...hello, toUserId: 'bob' });
  const bob = await connect('bob');
  await bob.settle();
  expect(bob.received).toEqual([]);
});

it.for(['/sim/publish', '/sim/explain'])(
  'B13.4 %s has a stored message as well',
  async (path, { postJson }) => {
    const { body } = await postJson(path, { ...hello, toUserId: 'carol', stored: true });
    const row = { userId: 'carol', messageUID: uid, outcome: 'dropped', reason: 'offline', note: later };
    expect(body.report.recipients).toEqual([row]);
    expect(body.explanations[0]).toBe(`"carol" does not get it, offline: ${later} (B13.3).`);
  },
);

it('B13.4 /sim/publish sends a stored message to a group', async ({ connect, postForm, postJson }) => {
  await postForm('/group/create.json', { userId: 'bob', groupId: 'team' });
  const bob = await connect('bob');
  await postJson('/sim/publish', { ...hello, toGroupId: 'team', stored: true });
  expect(await bob.next()).toMatchObject({ groupId: 'team', stored: true });
});

it('B13.4 what the embedding program publishes may be stored, too', async ({ simulator, connect }) => {
  const bob = await connect('bob');
  await simulator.publish({ ...hello, toUserId: 'bob', stored: true });
  expect(await bob.next()).toMatchObject({ stored: true });
});

it('B13.2 a status call knows no such parameter, and ignores it', async ({ connect, publish }) => {
  const bob = await connect('bob');
  await publish({ stored: '1' });
  expect(await bob.next()).not.toHaveProperty('stored');
});

describe('with small limits', () => {
  it.override('options', {
    stored: 'online',
    recipientsPerMinute: 2,
    groupsPerSecond: 1,
    systemPerSecond: 3,
  });

  it('B13.2 each call has a rate of its own', async ({ postForm, publish }) => {
    const toUserId = ['bob', 'carol'];
    expect(await publish({ toUserId })).toMatchObject({ status: 200 });
    const calls = [
      [privatePath, { toUserId }, 'messages a minute'],
      [groupPath, { toGroupId: 'team' }, 'messages a second to groups'],
      [systemPath, { toUserId: [...toUserId, 'dave'] }, 'system messages a second'],
    ] as const;
    for (const [path, to, unit] of calls) {
      expect(await postForm(path, { ...hello, ...to })).toMatchObject({ status: 200 });
      const { status, body } = await postForm(path, { ...hello, ...to });
      expect([status, body.code, body.errorMessage]).toEqual([429, 1008, expect.stringContaining(unit)]);
    }
  });
});

describe('with apps configured', () => {
  it.override('options', { stored: 'online', apps: [app] });

  it('B13.2 a stored call needs a signature', async ({ postForm, login }) => {
    const bob = await login('bob');
    const fields = { ...hello, toUserId: 'bob' };
    const unsigned = await postForm(privatePath, fields, { 'App-Key': app.key });
    expect(unsigned).toMatchObject({ status: 401, body: { code: 1004 } });
    await postForm(privatePath, fields, signedHeaders(app));
    expect(await bob.next()).toMatchObject({ stored: true });
  });
});

it('B13.3 over HTTP only: a bot types and answers, the indicator ends, who is offline gets neither', async ({
  simulator,
  postForm,
  postJson,
  send,
}) => {
  const online = async (userId: string) => {
    const { body } = await postJson('/sim/clients', { userId });
    return (body as unknown as { id: string }).id;
  };
  const inboxOf = async (id: string) => {
    const { body } = await send(`/sim/clients/${id}/inbox`, { method: 'GET' });
    return (body as unknown as { frames: StatusFrame[] }).frames;
  };
  const toBoth = { fromUserId: 'bot', toUserId: ['bob', 'carol'] };
  const bob = await online('bob');

  const trace = await fetch(`${simulator.url}/sim/trace`);
  const events = sentEvents(trace.body!.pipeThrough(new TextDecoderStream()));
  await postForm(publishPath, { ...typing, ...toBoth });
  await postForm('/message/private/publish.json', { ...hello, ...toBoth });
  await postJson('/sim/settle', {});

  const frames = await inboxOf(bob);
  expect(frames.map(({ objectName, stored }) => [objectName, stored])).toEqual([
    ['RC:TypSts', undefined],
    ['RC:TxtMsg', true],
  ]);
  const shown: boolean[] = [];
  const clock = { now: () => frames[0]!.sentTime, after: () => () => {} };
  const receiver = new TypingReceiver({
    clock,
    userId: 'bob',
    onChange: (_, isTyping) => shown.push(isTyping),
  });
  for (const frame of frames) receiver.receive(frame);
  expect(shown).toEqual([true, false]);

  const carol = await online('carol');
  await postJson('/sim/settle', {});
  expect(await inboxOf(carol)).toEqual([]);
  const notes: unknown[] = [];
  for await (const data of events) {
    const event = JSON.parse(data) as SimEvent;
    if (event.event !== 'publish') continue;
    notes.push(event.report.recipients.map(({ userId, note }) => [userId, note]));
    if (notes.length === 2) break;
  }
  expect(notes).toEqual([
    [
      ['bob', undefined],
      ['carol', undefined],
    ],
    [
      ['bob', undefined],
      ['carol', later],
    ],
  ]);
});
