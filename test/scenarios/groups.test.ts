import { describe, expect } from 'vitest';
import type { SimClient } from '../../client-sim/index.ts';
import type { PublishEvent } from '../../server/index.ts';
import { it as base, type FormFields } from '../fixtures/simulator.ts';

const path = '/statusmessage/group/publish.json';
const typing = { fromUserId: 'alice', objectName: 'RC:TypSts', content: '{"typingContentType":"RC:TxtMsg"}' };
const uid = expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);

const it = base
  .extend('createGroup', ({ postForm }) => (groupId: string, ...userId: string[]) => {
    return postForm('/group/create.json', { groupId, userId, groupName: `The ${groupId}` });
  })
  .extend('publishToGroup', ({ postForm }) => (toGroupId: string | string[], fields: FormFields = {}) => {
    return postForm(path, { ...typing, toGroupId, ...fields });
  });
/** With a simulator of its own. */
const alone = it.extend('options', {});

/** What each of these clients has received, after a barrier. */
async function receivedBy(...clients: SimClient[]) {
  await Promise.all(clients.map((client) => client.settle()));
  return clients.map((client) => client.received);
}

it('A1 a message to a group reaches every member who is online', async ({
  connect,
  createGroup,
  publishToGroup,
}) => {
  const [bob, carol] = await Promise.all([connect('bob'), connect('carol')]);
  await createGroup('team', 'bob', 'carol', 'dave');
  const { body } = await publishToGroup('team');
  const frame = {
    ...typing,
    type: 'status',
    messageUID: uid,
    channelType: 'GROUP',
    groupId: 'team',
    sentTime: expect.any(Number),
  };
  expect(await receivedBy(bob, carol)).toEqual([[frame], [frame]]);
  expect(body).toEqual({ code: 200, messageUIDs: [{ groupId: 'team', messageUID: uid }] });
});

it('A1 all members get the messageUID of the answer', async ({ connect, createGroup, publishToGroup }) => {
  const [bob, carol] = await Promise.all([connect('bob'), connect('carol')]);
  await createGroup('team', 'bob', 'carol');
  const { body } = await publishToGroup('team');
  const uids = (await receivedBy(bob, carol))
    .flat()
    .map((frame) => frame.type === 'status' && frame.messageUID);
  expect(uids).toEqual(Array(2).fill(body.messageUIDs[0]!.messageUID));
});

it('B1.4 a member of two groups gets both messages, one in each conversation', async ({
  connect,
  createGroup,
  publishToGroup,
}) => {
  const bob = await connect('bob');
  await createGroup('one', 'bob');
  await createGroup('two', 'bob');
  const { body } = await publishToGroup(['one', 'two']);
  const [frames] = await receivedBy(bob);
  expect(frames!.map((frame) => frame.type === 'status' && [frame.groupId, frame.messageUID])).toEqual(
    body.messageUIDs.map((row) => ['groupId' in row && row.groupId, row.messageUID]),
  );
  expect(new Set(body.messageUIDs.map(({ messageUID }) => messageUID)).size).toBe(2);
});

it('B1.4 a group named twice counts once', async ({ connect, createGroup, publishToGroup }) => {
  const bob = await connect('bob');
  await createGroup('team', 'bob');
  await publishToGroup(['team', 'team']);
  expect((await receivedBy(bob))[0]).toHaveLength(1);
});

it('B1.14 who is no member gets nothing', async ({ connect, createGroup, publishToGroup }) => {
  const eve = await connect('eve');
  await createGroup('team', 'bob');
  await publishToGroup('team');
  expect(await receivedBy(eve)).toEqual([[]]);
});

it('B1.14 a sender who is a member gets nothing without isIncludeSender', async ({
  connect,
  createGroup,
  publishToGroup,
}) => {
  const alice = await connect('alice');
  await createGroup('team', 'alice', 'bob');
  await publishToGroup('team');
  expect(await receivedBy(alice)).toEqual([[]]);
});

it('B1.14 with isIncludeSender a sender who is a member gets one echo for each group', async ({
  connect,
  createGroup,
  publishToGroup,
}) => {
  const alice = await connect('alice');
  await createGroup('one', 'alice', 'bob');
  await createGroup('two', 'alice', 'bob');
  const { body } = await publishToGroup(['one', 'two'], { isIncludeSender: '1' });
  const [frames] = await receivedBy(alice);
  const echoes = body.messageUIDs.map((row) => ({
    type: 'echo',
    channelType: 'GROUP',
    groupId: 'groupId' in row && row.groupId,
    messageUIDs: [row],
  }));
  expect(frames).toMatchObject(echoes);
  expect(frames).toHaveLength(2);
});

it('A1 a sender need not be a member', async ({ connect, createGroup, publishToGroup }) => {
  const bob = await connect('bob');
  await createGroup('team', 'bob');
  await publishToGroup('team', { fromUserId: 'stranger' });
  expect((await receivedBy(bob))[0]).toMatchObject([{ fromUserId: 'stranger' }]);
});

it('B1.2 who joins after the publish gets nothing', async ({ connect, createGroup, publishToGroup }) => {
  const bob = await connect('bob');
  await createGroup('team', 'carol');
  await publishToGroup('team');
  await createGroup('team', 'bob');
  expect(await receivedBy(bob)).toEqual([[]]);
});

it('B1.8 verifyBlacklist=1 leaves out a member who blocks the sender', async ({
  connect,
  createGroup,
  postForm,
  publishToGroup,
}) => {
  const [bob, carol] = await Promise.all([connect('bob'), connect('carol')]);
  await createGroup('team', 'bob', 'carol');
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  await publishToGroup('team', { verifyBlacklist: '1' });
  const [toBob, toCarol] = await receivedBy(bob, carol);
  expect([toBob!.length, toCarol!.length]).toEqual([0, 1]);
});

it('B1.14 a group without members gets an answer and brings nothing', async ({ publishToGroup }) => {
  const { body } = await publishToGroup('nowhere');
  expect(body).toEqual({ code: 200, messageUIDs: [{ groupId: 'nowhere', messageUID: uid }] });
});

it.for(['quit', 'dismiss'])(
  'A6 after /group/%s.json the member gets nothing',
  async (call, { connect, createGroup, postForm, publishToGroup }) => {
    const bob = await connect('bob');
    await createGroup('team', 'bob', 'carol');
    await postForm(`/group/${call}.json`, { groupId: 'team', userId: 'bob' });
    await publishToGroup('team');
    expect(await receivedBy(bob)).toEqual([[]]);
  },
);

it('A6 who joins a group gets what is sent to it', async ({
  connect,
  createGroup,
  postForm,
  publishToGroup,
}) => {
  const bob = await connect('bob');
  await createGroup('team', 'carol');
  await postForm('/group/join.json', { groupId: 'team', userId: 'bob' });
  await publishToGroup('team');
  expect((await receivedBy(bob))[0]).toHaveLength(1);
});

it('A6 the query lists the members', async ({ createGroup, postForm }) => {
  await createGroup('team', 'bob', 'carol');
  const { body } = await postForm('/group/user/query.json', { groupId: 'team' });
  expect(body).toEqual({ code: 200, users: [{ id: 'bob' }, { id: 'carol' }] });
});

alone('B4.1 a group of one app is none of another', async ({ connect, postForm, publishToGroup }) => {
  const bob = await connect('bob');
  await postForm('/group/create.json', { groupId: 'team', userId: 'bob' }, { 'App-Key': 'other' });
  await publishToGroup('team');
  expect(await receivedBy(bob)).toEqual([[]]);
});

it('B6.9 a reset empties the groups', async ({ connect, createGroup, postJson, publishToGroup }) => {
  await createGroup('team', 'bob');
  await postJson('/sim/reset', {});
  const bob = await connect('bob');
  await publishToGroup('team');
  expect(await receivedBy(bob)).toEqual([[]]);
});

const mistakes: [title: string, fields: FormFields, code: number, says: string][] = [
  ['B3.2 no toGroupId', { toGroupId: undefined }, 1002, 'The parameter toGroupId is required.'],
  [
    'B3.3 four groups',
    { toGroupId: ['g1', 'g2', 'g3', 'g4'] },
    1002,
    'the number of toGroupId should less than 3.',
  ],
  [
    'B3.4 a toGroupId of 65 characters',
    { toGroupId: 'g'.repeat(65) },
    1005,
    'The parameter toGroupId is too long: 65 characters, at most 64.',
  ],
];

it.for(mistakes)('%s is refused', async ([, fields, code, errorMessage], { publishToGroup }) => {
  expect(await publishToGroup('team', fields)).toMatchObject({ status: 400, body: { code, errorMessage } });
});

describe('the rate', () => {
  it('B1.13 20 groups a second pass, and the next is refused', async ({ simulator, publishToGroup }) => {
    simulator.app().clock.freeze();
    for (let sent = 0; sent < 18; sent += 3) await publishToGroup(['one', 'two', 'three']);
    await publishToGroup(['one', 'two']);
    expect(await publishToGroup('one')).toMatchObject({ status: 429, body: { code: 1008 } });
  });

  it('B3.11 a request that exceeds it reaches no group at all', async ({
    simulator,
    connect,
    createGroup,
    publishToGroup,
  }) => {
    simulator.app().clock.freeze();
    const bob = await connect('bob');
    await createGroup('team', 'bob');
    for (let sent = 0; sent < 18; sent += 3) await publishToGroup(['x', 'y', 'z']);
    await publishToGroup(['team', 'y', 'z']);
    expect(await receivedBy(bob)).toEqual([[]]);
  });

  it('B1.13 a second later the groups pass again', async ({ simulator, publishToGroup }) => {
    const { clock } = simulator.app();
    clock.freeze();
    for (let sent = 0; sent < 21; sent += 3) await publishToGroup(['one', 'two', 'three']);
    await clock.advance(1000);
    expect(await publishToGroup('one')).toMatchObject({ status: 200 });
  });
});

describe('with two recipients a minute', () => {
  it.override('options', { recipientsPerMinute: 2 });

  it('B1.13 members do not count there, nor groups among the recipients', async ({
    createGroup,
    publish,
    publishToGroup,
  }) => {
    await createGroup('team', 'bob', 'carol', 'dave');
    await publishToGroup('team');
    expect(await publish({ toUserId: ['bob', 'carol'] })).toMatchObject({ status: 200 });
  });
});

describe('/sim', () => {
  it('B6.2 /sim/publish reports each group by itself', async ({ connect, createGroup, postJson }) => {
    await connect('bob');
    await createGroup('one', 'bob', 'carol');
    await createGroup('two', 'alice');
    const { body } = await postJson('/sim/publish', { ...typing, toGroupId: ['one', 'two'] });
    expect(body).toEqual({
      code: 200,
      messageUIDs: [
        { groupId: 'one', messageUID: uid },
        { groupId: 'two', messageUID: uid },
      ],
      groups: [
        {
          groupId: 'one',
          report: {
            recipients: [
              { userId: 'bob', messageUID: uid, outcome: 'delivered', sessions: 1 },
              { userId: 'carol', messageUID: uid, outcome: 'dropped', reason: 'offline' },
            ],
            echo: { outcome: 'not-requested' },
          },
          explanations: [
            expect.stringMatching(/^"bob" gets it/),
            expect.stringMatching(/^"carol" does not get it/),
            expect.stringMatching(/no echo/),
          ],
        },
        {
          groupId: 'two',
          report: { recipients: [], echo: { outcome: 'not-requested' } },
          explanations: [expect.stringMatching(/no echo/)],
        },
      ],
    });
  });

  it('B6.2 /sim/explain says the same and sends nothing', async ({ connect, createGroup, postJson }) => {
    const bob = await connect('bob');
    await createGroup('one', 'bob');
    const { body } = await postJson('/sim/explain', { ...typing, toGroupId: 'one' });
    expect(body).toMatchObject({
      groups: [{ groupId: 'one', report: { recipients: [{ userId: 'bob', outcome: 'delivered' }] } }],
    });
    expect(await receivedBy(bob)).toEqual([[]]);
  });

  it('B6.2 users and groups at once are refused', async ({ postJson }) => {
    const answer = await postJson('/sim/publish', { ...typing, toUserId: 'bob', toGroupId: 'one' });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 1002, errorMessage: 'The parameters toUserId and toGroupId exclude each other.' },
    });
  });

  it('B6.5 the trace tells of each group', async ({ simulator, createGroup, publishToGroup }) => {
    const events: PublishEvent[] = [];
    simulator.on('publish', (event) => events.push(event));
    await createGroup('one', 'bob');
    await publishToGroup(['one', 'two']);
    expect(events).toMatchObject([
      { channelType: 'GROUP', groupId: 'one', report: { recipients: [{ userId: 'bob' }] } },
      { channelType: 'GROUP', groupId: 'two', report: { recipients: [] } },
    ]);
  });
});
