import { describe, expect } from 'vitest';
import { it as base } from '../fixtures/simulator.ts';

const it = base
  .extend('call', ({ postJson }) => async (path: string, body: object) => {
    const answer: unknown = (await postJson(path, body)).body;
    return answer as { code: number; id: string; holds: boolean; explanation: string };
  })
  /** Bob, a client that the simulator runs. */
  .extend('bob', ({ call }) => call('/sim/clients', { userId: 'bob' }))
  .extend('publishTo', ({ call }) => (toUserId: string[], objectName = 'RC:TypSts') => {
    const content = { typingContentType: 'RC:TxtMsg' };
    return call('/sim/publish', {
      fromUserId: 'alice',
      toUserId,
      objectName,
      content: JSON.stringify(content),
    });
  });

const withoutIds = ({ explanation }: { explanation: string }) =>
  explanation.replaceAll(/\w{4}-\w{4}-\w{4}-\w{4}/g, 'UID');

describe('received', () => {
  it('B6.4 holds behind a barrier of its own, and shows what came', async ({ bob, publishTo, call }) => {
    await publishTo(['bob']);
    const match = { fromUserId: 'alice', content: { typingContentType: 'RC:TxtMsg' } };
    const answer = await call('/sim/expect', { client: bob.id, received: true, match });
    expect(answer).toMatchObject({ code: 200, holds: true });
    expect(withoutIds(answer)).toBe(`\
"bob" received {"fromUserId":"alice","content":{"typingContentType":"RC:TxtMsg"}}:
  1. RC:TypSts from "alice": {"typingContentType":"RC:TxtMsg"}
     UID: "bob" gets it: online with 1 session (B1.3).`);
  });

  it('B6.4 says what arrived instead, which is nearest, and what became of each publish', async ({
    bob,
    publishTo,
    call,
  }) => {
    await publishTo(['bob']);
    await publishTo(['carol'], 'RC:TxtMsg');
    const answer = await call('/sim/expect', {
      client: bob.id,
      received: true,
      match: { objectName: 'RC:TxtMsg' },
    });
    expect(answer).toMatchObject({ code: 200, holds: false });
    expect(answer.explanation).toBe(`\
"bob" did not receive {"objectName":"RC:TxtMsg"}.
It received 1 message:
  1. RC:TypSts from "alice": {"typingContentType":"RC:TxtMsg"}
Nearest is number 1, where
  objectName is "RC:TypSts", not "RC:TxtMsg"`);
  });

  it('B6.4 says what became of what was published to the user, from when it had a client', async ({
    bob,
    publishTo,
    call,
    simulator,
  }) => {
    simulator.app().faults.set({ fault: 'drop-next', userId: 'bob', count: 1 });
    await publishTo(['bob']);
    const answer = await call('/sim/expect', { client: bob.id, received: true });
    expect(answer.explanation).toContain(
      'RC:TypSts from "alice": "bob" does not get it: lost to a fault that a test has set (B6.10).',
    );
  });

  it('B6.4 waitMs waits for a message that is still to come', async ({ bob, publishTo, call }) => {
    const judged = call('/sim/expect', { client: bob.id, received: true, waitMs: 60_000 });
    await publishTo(['bob']);
    await expect(judged).resolves.toMatchObject({ holds: true });
  });
});

it('B6.4 receivedOnce does not hold for two, here of the only client of a user', async ({
  call,
  publishTo,
}) => {
  await call('/sim/clients', { userId: 'bob' });
  await publishTo(['bob']);
  await publishTo(['bob']);
  const answer = await call('/sim/expect', {
    userId: 'bob',
    receivedOnce: true,
    match: { fromUserId: 'alice' },
  });
  expect(answer).toMatchObject({ holds: false });
  expect(answer.explanation).toMatch(/^"bob" received \{"fromUserId":"alice"\} 2 times, not once:\n/);
});

describe('receivedNothing', () => {
  it('B6.4 holds, and says what was published instead', async ({ bob, publishTo, call }) => {
    await publishTo(['carol']);
    await expect(call('/sim/expect', { client: bob.id, receivedNothing: true })).resolves.toEqual({
      code: 200,
      holds: true,
      explanation:
        '"bob" received nothing at all.\nNo publish was to "bob": the only one was RC:TypSts from "alice" to "carol".',
    });
  });

  it('B6.4 does not hold when something came', async ({ bob, publishTo, call }) => {
    await publishTo(['bob']);
    const answer = await call('/sim/expect', { client: bob.id, receivedNothing: true });
    expect(answer).toMatchObject({
      holds: false,
      explanation: expect.stringMatching(/^"bob" received 1 message, and should have received nothing:\n/),
    });
  });
});

it('B6.4 a look that finds nothing says why', async ({ bob, publishTo, simulator }) => {
  await publishTo(['carol']);
  const response = await fetch(`${simulator.url}/sim/clients/${bob.id}/inbox`);
  await expect(response.json()).resolves.toMatchObject({
    frames: [],
    explanation: expect.stringContaining('No publish was to "bob"'),
  });
});

it('B6.4 publishes of before the first client are not known', async ({ publishTo, call }) => {
  await publishTo(['bob']);
  await call('/sim/clients', { userId: 'bob' });
  const { explanation } = await call('/sim/expect', { userId: 'bob', received: true });
  expect(explanation).toContain('Nothing at all was published in the app (App-Key "default").');
});

describe('what is refused', () => {
  it.for([
    [{ received: true }, 'The parameter userId is required.'],
    [{ userId: 'bob' }, 'One of received, receivedOnce, receivedNothing must be true.'],
    [{ userId: 'bob', received: true, receivedOnce: true }, 'One of received, receivedOnce, receivedNothing'],
    [{ userId: 'bob', received: true, match: { from: 'alice' } }, 'The parameter match has the field "from"'],
    [{ userId: 'bob', received: true, match: null }, 'The parameter match must be a JSON object.'],
    [{ userId: 'carol', received: true }, 'The app has no simulated client of "carol"'],
  ] as const)('B6.4 %j', async ([body, message], { bob, call }) => {
    expect(bob.code).toBe(200);
    await expect(call('/sim/expect', body)).resolves.toMatchObject({
      errorMessage: expect.stringContaining(message),
    });
  });

  it('B6.4 a user with several clients', async ({ bob, call }) => {
    await call('/sim/clients', { userId: 'bob' });
    await expect(call('/sim/expect', { userId: 'bob', received: true })).resolves.toMatchObject({
      errorMessage: expect.stringContaining('"bob" has several simulated clients: name one with client, '),
    });
    expect(bob.code).toBe(200);
  });
});
