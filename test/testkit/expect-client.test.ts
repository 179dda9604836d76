import { AssertionError } from 'node:assert';
import { describe } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import {
  expectClient,
  expectNone,
  expectReport,
  type MessagePattern,
  type SimClient,
} from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import { openSession } from '../client-sim/scripted-server.ts';
import { failureOf } from './failure-of.ts';

const typing = { objectName: 'RC:TypSts', content: { typingContentType: 'RC:TxtMsg' } };

describe('toHaveReceived', () => {
  test('finds a message by some of its fields', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob', objectName: 'RC:TypSts' });
    await expectClient(bob).toHaveReceived({ fromUserId: 'alice', ...typing });
  });

  test('needs no waiting for what was published before', async ({ sim }) => {
    const bob = await sim.connect('bob');
    const published = sim.publish({ from: 'alice', to: 'bob' });
    await expectClient(bob).toHaveReceived({ fromUserId: 'alice' });
    await published;
  });

  test('takes an echo for a message only when asked for one', async ({ sim }) => {
    const alice = await sim.connect('alice');
    await sim.publish({ from: 'alice', to: 'bob', includeSender: true });
    await expectClient(alice).not.toHaveReceived({ fromUserId: 'alice' });
    await expectClient(alice).toHaveReceived({ type: 'echo', fromUserId: 'alice' });
  });

  test('says what arrived instead, what is nearest, and in what it differs', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob', content: { content: 'hi' } });
    await sim.publish({ from: 'dave', to: 'bob', ...typing });
    const wanted = {
      fromUserId: 'alice',
      objectName: 'RC:TypSts',
      content: { typingContentType: 'RC:ImgMsg' },
    };
    expect(await failureOf(() => expectClient(bob).toHaveReceived(wanted))).toBe(
      `"bob" did not receive {"fromUserId":"alice","objectName":"RC:TypSts","content":{"typingContentType":"RC:ImgMsg"}}.
It received 2 messages:
  1. RC:TxtMsg from "alice": {"content":"hi"}
  2. RC:TypSts from "dave": {"typingContentType":"RC:TxtMsg"}
Nearest is number 2, where
  fromUserId is "dave", not "alice"
  content.typingContentType is "RC:TxtMsg", not "RC:ImgMsg"`,
    );
  });

  test('says why what was published did not arrive, and by which rule', async ({ sim }) => {
    await sim.publish({ from: 'alice', to: ['bob', 'carol'], ...typing });
    const bob = await sim.connect('bob');
    expect(await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }))).toBe(
      `"bob" did not receive {"fromUserId":"alice"}.
It received nothing at all.
Published, but not received:
  RC:TypSts from "alice": "bob" does not get it: offline at this moment, and nothing is kept for later (B1.2).`,
    );
  });

  test('speaks only of the publishes that could match, where there are any', async ({ sim }) => {
    await sim.publish({ from: 'alice', to: 'bob' });
    await sim.publish({ from: 'dave', to: 'bob' });
    const bob = await sim.connect('bob');
    const failure = await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'dave' }));
    expect(failure).toContain('from "dave": "bob" does not get it');
    expect(failure).not.toContain('alice');
  });

  test('says that another session got it', async ({ sim }) => {
    await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob' });
    const phone = await sim.connect('bob', { platform: 'ios' });
    expect(await failureOf(() => expectClient(phone).toHaveReceived({ fromUserId: 'alice' }))).toBe(
      `"bob" (ios) did not receive {"fromUserId":"alice"}.
It received nothing at all.
Published, but not received:
  RC:TxtMsg from "alice": "bob" gets it: online with 1 session (B1.3). This client does not have it, though.`,
    );
  });

  test('says that the user was not among the recipients', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: ['Bob', 'carol'] });
    expect(await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }))).toBe(
      `"bob" did not receive {"fromUserId":"alice"}.
It received nothing at all.
No publish was to "bob": the only one was RC:TxtMsg from "alice" to "Bob", "carol".
"Bob" is offline in app "${sim.appKey}"; "bob" is online, and differs in case.`,
    );
  });

  test('says that no publish reached the app: it may have gone to another', async ({ sim }) => {
    const bob = await sim.connect('bob');
    expect(await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }))).toBe(
      `"bob" did not receive {"fromUserId":"alice"}.
It received nothing at all.
Nothing at all was published in the app (App-Key "${sim.appKey}").`,
    );
  });

  test('says why there is no echo', async ({ sim }) => {
    const alice = await sim.connect('alice');
    await sim.publish({ from: 'alice', to: 'bob' });
    expect(await failureOf(() => expectClient(alice).toHaveReceived({ type: 'echo' }))).toBe(
      `"alice" did not receive {"type":"echo"}.
It received nothing at all.
Published, but not received:
  RC:TxtMsg from "alice": The sender "alice" gets no echo: isIncludeSender is 0 (B1.6).`,
    );
  });

  test('says that the user published nothing to have an echo of', async ({ sim }) => {
    const alice = await sim.connect('alice');
    await sim.publish({ from: 'bob', to: 'alice' });
    await sim.publish({ from: 'bob', to: 'carol' });
    expect(
      await failureOf(() => expectClient(alice).toHaveReceived({ type: 'echo', fromUserId: 'alice' })),
    ).toContain('\nNo publish was from "alice": the last of 2 was RC:TxtMsg from "bob" to "carol".');
  });

  test('shows the ten nearest of many', async ({ sim }) => {
    const bob = await sim.connect('bob');
    for (let number = 1; number <= 12; number++) {
      await sim.publish({ from: 'alice', to: 'bob', objectName: number === 11 ? 'my:ping' : 'RC:TxtMsg' });
    }
    const failure = await failureOf(() =>
      expectClient(bob).toHaveReceived({ objectName: 'my:ping', fromUserId: 'x' }),
    );
    expect(failure).toContain(`It received 12 messages, of which these 10 are nearest:
  1. RC:TxtMsg from "alice": {"content":"hello"}`);
    expect(failure).toContain(`  11. my:ping from "alice": {}
Nearest is number 11, where
  fromUserId is "alice", not "x"`);
    expect(failure).not.toContain('12. ');
  });

  test('names the latest ten of many publishes that did not arrive', async ({ sim }) => {
    for (let number = 1; number <= 11; number++) await sim.publish({ from: `user-${number}`, to: 'bob' });
    const bob = await sim.connect('bob');
    const failure = await failureOf(() => expectClient(bob).toHaveReceived({ objectName: 'RC:TxtMsg' }));
    expect(failure?.match(/(?<=from ")user-\d+/g)).toEqual(
      Array.from({ length: 10 }, (_, index) => `user-${index + 2}`),
    );
  });

  test('names ten of many places where the nearest differs', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({
      from: 'alice',
      to: 'bob',
      content: Object.fromEntries([...'abcdefghijk'].map((key) => [key, 1])),
    });
    const failure = await failureOf(() => expectClient(bob).toHaveReceived({ content: {} }));
    expect(failure?.match(/content\.\w is 1, not missing/g)).toHaveLength(10);
  });

  test('says which group a message was for', async ({ sim }) => {
    const bob = await sim.connect('bob');
    const inApp = (path: string, body: URLSearchParams) => {
      return fetch(sim.url + path, { method: 'POST', headers: { 'App-Key': sim.appKey }, body });
    };
    const group = { groupId: 'team', groupName: 'Team' };
    await inApp('/group/create.json', new URLSearchParams({ ...group, userId: 'bob' }));
    const message = { fromUserId: 'alice', toGroupId: 'team', objectName: 'my:ping', content: '{}' };
    await inApp('/statusmessage/group/publish.json', new URLSearchParams(message));
    const failure = await failureOf(() => expectClient(bob).toHaveReceivedNothing());
    expect(failure).toContain('1. my:ping from "alice" in group "team": {}');
  });

  test('says that its inbox was too small', async ({ sim }) => {
    const bob = await sim.connect('bob', { inboxLimit: 1 });
    await sim.publish({ from: 'alice', to: 'bob' });
    await sim.publish({ from: 'dave', to: 'bob' });
    expect(await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }))).toBe(
      `"bob" did not receive {"fromUserId":"alice"}.
It received 1 message:
  2. RC:TxtMsg from "dave": {"content":"hello"}
Nearest is number 2, where
  fromUserId is "dave", not "alice"
Published, but not received:
  RC:TxtMsg from "alice": "bob" gets it: online with 1 session (B1.3). This client does not have it, though.
Its inbox was too small: 1 of the oldest messages are gone from it.`,
    );
  });

  test('with `not` fails for what should not have arrived', async ({ sim }) => {
    const bob = await sim.connect('bob');
    const { recipients } = await sim.publish({ from: 'alice', to: 'bob' });
    expect(await failureOf(() => expectClient(bob).not.toHaveReceived({ fromUserId: 'alice' }))).toBe(
      `"bob" received {"fromUserId":"alice"}, and should not have:
  1. RC:TxtMsg from "alice": {"content":"hello"}
     ${recipients[0]!.messageUID}: "bob" gets it: online with 1 session (B1.3).`,
    );
  });
});

describe('toHaveReceivedOnce', () => {
  test('finds a message that came once', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: ['bob', 'bob'] });
    await expectClient(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
  });

  test('names both that came', async ({ sim }) => {
    const bob = await sim.connect('bob');
    const one = await sim.publish({ from: 'alice', to: 'bob' });
    const other = await sim.publish({ from: 'alice', to: 'bob' });
    expect(await failureOf(() => expectClient(bob).toHaveReceivedOnce({ fromUserId: 'alice' }))).toBe(
      `"bob" received {"fromUserId":"alice"} 2 times, not once:
  1. RC:TxtMsg from "alice": {"content":"hello"}
     ${one.recipients[0]!.messageUID}: "bob" gets it: online with 1 session (B1.3).
  2. RC:TxtMsg from "alice": {"content":"hello"}
     ${other.recipients[0]!.messageUID}: "bob" gets it: online with 1 session (B1.3).`,
    );
  });

  test('says that it did not come', async ({ sim }) => {
    const bob = await sim.connect('bob');
    const failure = await failureOf(() => expectClient(bob).toHaveReceivedOnce({ fromUserId: 'alice' }));
    expect(failure).toContain('"bob" did not receive {"fromUserId":"alice"}.\n');
  });

  test('with `not` fails for the one', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob' });
    const failure = await failureOf(() => expectClient(bob).not.toHaveReceivedOnce({ fromUserId: 'alice' }));
    expect(failure).toContain('"bob" received {"fromUserId":"alice"} exactly once:\n  1. ');
  });
});

describe('toHaveReceivedNothing', () => {
  test('holds for who was offline, and for who is not a recipient', async ({ sim }) => {
    const dave = await sim.connect('dave');
    await sim.publish({ from: 'alice', to: 'carol' });
    const carol = await sim.connect('carol');
    await expectClient(carol).toHaveReceivedNothing();
    await expectClient(dave).toHaveReceivedNothing();
  });

  test('names each message and why it came, an echo too', async ({ sim }) => {
    const alice = await sim.connect('alice');
    const own = await sim.publish({
      from: 'alice',
      to: 'bob',
      includeSender: true,
      content: { content: 'hi' },
    });
    const other = await sim.publish({
      from: 'dave',
      to: ['bob', 'alice'],
      objectName: 'my:text',
      content: 'a\nb',
    });
    expect(await failureOf(() => expectClient(alice).toHaveReceivedNothing())).toBe(
      `"alice" received 2 messages, and should have received nothing:
  1. echo of RC:TxtMsg from "alice": {"content":"hi"}
     ${own.recipients[0]!.messageUID}: The sender "alice" gets an echo in 1 session: isIncludeSender is 1 (B1.6).
  2. my:text from "dave": "a\\nb"
     ${other.recipients[1]!.messageUID}: "alice" gets it: online with 1 session (B1.3).`,
    );
  });

  test('names ten of many', async ({ sim }) => {
    const bob = await sim.connect('bob');
    for (let number = 1; number <= 12; number++) await sim.publish({ from: 'alice', to: 'bob' });
    expect(await failureOf(() => expectClient(bob).toHaveReceivedNothing())).toMatch(/\n {2}… and 2 more\.$/);
  });

  test('with `not` says why nothing came', async ({ sim }) => {
    await sim.publish({ from: 'alice', to: 'bob' });
    const bob = await sim.connect('bob');
    expect(await failureOf(() => expectClient(bob).not.toHaveReceivedNothing())).toBe(
      `"bob" received nothing at all.
Published, but not received:
  RC:TxtMsg from "alice": "bob" does not get it: offline at this moment, and nothing is kept for later (B1.2).`,
    );
  });
});

describe('expectNone', () => {
  test('is short for toHaveReceivedNothing', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await expectNone(bob);
    await sim.publish({ from: 'alice', to: 'bob' });
    expect(await failureOf(() => expectNone(bob))).toContain('should have received nothing');
  });

  test('with a pattern lets other messages pass', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob' });
    await expectNone(bob, typing);
    expect(await failureOf(() => expectNone(bob, { fromUserId: 'alice' }))).toContain('and should not have');
  });
});

describe('a client that has closed', () => {
  async function kicked({ connect }: { connect(): Promise<SimClient> }): Promise<SimClient> {
    const first = await connect();
    await connect();
    await first.closed;
    return first;
  }

  test('is judged by what it received', async ({ sim }) => {
    const bob = await kicked({ connect: () => sim.connect('bob', { platform: 'web' }) });
    await expectClient(bob).toHaveReceivedNothing();
  });

  test('is said to have closed', async ({ sim }) => {
    const bob = await kicked({ connect: () => sim.connect('bob', { platform: 'web' }) });
    const failure = await failureOf(() => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }));
    expect(failure).toMatch(
      /\nIts session has closed with 4010: Another login of the same class of platform\.$/,
    );
  });

  test('may close while the barrier is waited for', async ({ sim }) => {
    const bob = await sim.connect('bob');
    const closed = bob.close();
    const failure = await failureOf(() => expectClient(bob).not.toHaveReceivedNothing());
    expect(failure).toMatch(/\nIts session has closed with 1000\.$/);
    await closed;
  });
});

test.for([
  [{ from: 'alice' }, 'no such field "from"; did you mean "fromUserId"?'],
  [{ userId: 'alice' }, 'no such field "userId"; did you mean "fromUserId"?'],
  [{ objectname: 'my:ping' }, 'no such field "objectname"; did you mean "objectName"?'],
  [{ type: 'echo', messageUID: 'x' }, 'no such field "messageUID"; did you mean "messageUIDs"?'],
  [
    { sender: 'alice' },
    'no such field "sender"; there are "type", "messageUID", "channelType", "fromUserId", "groupId", "objectName", "content", "sentTime", "stored".',
  ],
] as const)(
  'a pattern with a misspelt field is refused, with `not` too: %j',
  async ([pattern, hint], { sim }) => {
    const bob = await sim.connect('bob');
    const misspelt = pattern as MessagePattern;
    expect(await failureOf(() => expectClient(bob).toHaveReceived(misspelt))).toBe(`A message has ${hint}`);
    expect(await failureOf(() => expectClient(bob).not.toHaveReceivedOnce(misspelt))).toBe(
      `A message has ${hint}`,
    );
    expect(await failureOf(() => expectNone(bob, misspelt))).toBe(`A message has ${hint}`);
  },
);

test('a failure begins its stack at the line of the test', async ({ sim }) => {
  const bob = await sim.connect('bob');
  const report = await sim.publish({ from: 'alice', to: 'carol' });
  for (const assertion of [
    async () => expectReport(report).toHaveDelivered('carol'),
    async () => expectReport(report).toHaveDelivered('dave'),
    async () => expectClient(bob).toHaveReceived({ fromUserId: 'alice' }),
    async () => expect(bob).toHaveReceived({ fromUserId: 'alice' }),
    async () => expectClient(bob).toHaveReceived({ from: 'alice' } as MessagePattern),
    async () => expectNone(undefined as never),
    async () => Promise.all([expectClient(bob).not.toHaveReceivedNothing()]),
  ]) {
    const { stack } = (await assertion().then(undefined, (error: Error) => error)) as Error;
    expect(stack!.split('\n    at ')[1]).toContain('expect-client.test.ts');
  }
});

test('a failure is an AssertionError', async ({ sim }) => {
  const bob = await sim.connect('bob');
  await expect(expectClient(bob).toHaveReceived({ fromUserId: 'x' })).rejects.toBeInstanceOf(AssertionError);
});

test('a client that the kit did not connect is judged without the publishes', async ({ sim }) => {
  await using bob = await connectClient(sim.wsUrl, { userId: 'bob' });
  const { recipients } = await sim.publish({ from: 'alice', to: 'bob' });
  expect(await failureOf(() => expectNone(bob))).toBe(
    `"bob" received 1 message, and should have received nothing:
  1. RC:TxtMsg from "alice": {"content":"hello"}
     ${recipients[0]!.messageUID}`,
  );
});

test('a client that passes no barrier is not judged', async () => {
  const { client, peer } = await openSession();
  peer.answersSync = false;
  peer.socket.once('message', (data) => {
    peer.send({ type: 'error', id: JSON.parse(String(data)).id, code: 1000, errorMessage: 'Out of order.' });
  });
  expect(await failureOf(() => expectNone(client))).toBe(
    'It is not certain what "ann" received. The sync was refused: Out of order.',
  );
});

test('a client that was not waited for is refused, with a hint', async ({ sim }) => {
  const bob: unknown = sim.connect('bob');
  expect(await failureOf(() => expectNone(bob as SimClient))).toBe(
    'The assertion is about a client, as sim.connect() gives it, not about this value. Await sim.connect() first.',
  );
});
