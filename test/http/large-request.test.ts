import { expect } from 'vitest';
import { form, it, publishPath, typing } from '../fixtures/simulator.ts';

const contentBytes = 131_072;
const recipients = Array.from({ length: 1000 }, (_, index) => `user-${index}`.padEnd(64, '.'));

/** The largest publish there can be, its last parameter at the very end. */
const largest = {
  fromUserId: 'alice',
  toUserId: recipients,
  objectName: 'app:large',
  content: 'c'.repeat(contentBytes),
  isIncludeSender: '1',
};

it('A1 the largest publish gets 1000 messageUIDs, no two the same', async ({ publish }) => {
  const { status, body } = await publish(largest);
  expect(status).toBe(200);
  expect(body.messageUIDs.map(({ userId }) => userId)).toEqual(recipients);
  expect(new Set(body.messageUIDs.map(({ messageUID }) => messageUID)).size).toBe(1000);
});

it('A1 the largest publish reaches those who are online, each with its messageUID', async ({
  connect,
  publish,
}) => {
  const places = [0, 500, 999];
  const online = await Promise.all(places.map((place) => connect(recipients[place]!)));
  const { body } = await publish(largest);
  const frames = await Promise.all(online.map((client) => client.next({ type: 'status' })));
  expect(frames.map(({ messageUID }) => messageUID)).toEqual(
    places.map((place) => body.messageUIDs[place]!.messageUID),
  );
  expect(frames.every(({ content }) => content === largest.content)).toBe(true);
});

it('B1.6 the echo of the largest publish carries the list of the answer', async ({ connect, publish }) => {
  const alice = await connect('alice');
  const { body } = await publish(largest);
  const echo = await alice.next({ type: 'echo' });
  expect(echo.messageUIDs).toEqual(body.messageUIDs);
});

it('A3 parameters behind 1000 recipients count', async ({ connect, postForm, send }) => {
  const last = recipients[999]!;
  const client = await connect(last);
  await postForm('/user/blacklist/add.json', { userId: last, blackUserId: 'alice' });
  await send(publishPath, {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `${form(largest)}&verifyBlacklist=1`,
  });
  await client.settle();
  expect(client.received).toEqual([]);
});

it('B3.3 with one recipient more nobody gets anything', async ({ connect, publish }) => {
  const clients = await Promise.all(['alice', recipients[0]!, recipients[999]!].map((id) => connect(id)));
  const { status } = await publish({ ...largest, toUserId: [...recipients, 'one-more'] });
  await Promise.all(clients.map((client) => client.settle()));
  expect([status, ...clients.flatMap(({ received }) => received)]).toEqual([400]);
});

const characters = {
  'one byte each': 'c',
  'two bytes each': 'é',
  'four bytes each': '😀',
};

for (const [title, character] of Object.entries(characters)) {
  const content = character.repeat(contentBytes / Buffer.byteLength(character));

  it(`B3.4 131072 bytes of content, in characters of ${title}, arrive whole`, async ({
    connect,
    publish,
  }) => {
    const bob = await connect('bob');
    await publish({ ...typing, objectName: 'app:large', content });
    const frame = await bob.next();
    expect(frame.content === content).toBe(true);
  });

  it(`B3.4 131073 bytes of content, in characters of ${title}, are refused`, async ({ publish }) => {
    const { body } = await publish({ ...typing, objectName: 'app:large', content: `${content}c` });
    expect(body.code).toBe(1005);
  });
}

it('B3.4 the limit is on bytes: 43691 characters of three are one byte too many', async ({ publish }) => {
  const { body } = await publish({ ...typing, objectName: 'app:large', content: '你'.repeat(43_691) });
  expect(body).toMatchObject({ code: 1005, errorMessage: expect.stringContaining('131073') });
});

it('A3 the most bytes that a good publish can have fit into a request', async ({ publish }) => {
  const everywhere = (count: number) => '😀'.repeat(count);
  const toUserId = recipients.map((_, index) => everywhere(60) + String(index).padStart(4, '0'));
  const { status } = await publish({
    ...largest,
    fromUserId: everywhere(64),
    toUserId,
    objectName: everywhere(32),
    content: everywhere(contentBytes / 4),
  });
  expect(status).toBe(200);
});
