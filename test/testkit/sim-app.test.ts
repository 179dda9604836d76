import { once } from 'node:events';
import { describe } from 'vitest';
import { WebSocket } from 'ws';
import { connectClient, StatusPublisher } from '../../client-sim/index.ts';
import { createSimApp, expectClient, expectNone, startTestSim } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import { failureOf } from './failure-of.ts';

describe('publish', () => {
  test('sends a text message that says hello unless told otherwise', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob' });
    await expectClient(bob).toHaveReceivedOnce({
      channelType: 'PERSON',
      fromUserId: 'alice',
      objectName: 'RC:TxtMsg',
      content: '{"content":"hello"}',
    });
  });

  test.for([
    ['RC:TypSts', '{"typingContentType":"RC:TxtMsg"}'],
    ['RC:CmdMsg', '{}'],
    ['my:ping', '{}'],
  ] as const)('finds content that suits %s', async ([objectName, content], { sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob', objectName });
    await expectClient(bob).toHaveReceivedOnce({ objectName, content });
  });

  test('sends a text to the letter', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob', objectName: 'my:text', content: '{ "a" : 1 }' });
    await expectClient(bob).toHaveReceivedOnce({ content: '{ "a" : 1 }' });
  });

  test('goes to many, and reports of each', async ({ sim }) => {
    await sim.connect('bob');
    const { recipients } = await sim.publish({ from: 'alice', to: ['bob', 'carol'] });
    expect(recipients).toMatchObject([
      { userId: 'bob', outcome: 'delivered', sessions: 1 },
      { userId: 'carol', outcome: 'dropped', reason: 'offline' },
    ]);
  });

  test('brings the sender a copy on request', async ({ sim }) => {
    await sim.connect('alice');
    expect(await sim.publish({ from: 'alice', to: 'bob', includeSender: true })).toHaveEchoed(1);
    expect(await sim.publish({ from: 'alice', to: 'bob' })).not.toHaveEchoed();
  });

  test('respects blocking on request', async ({ sim }) => {
    await sim.connect('bob');
    await fetch(`${sim.url}/user/blacklist/add.json`, {
      method: 'POST',
      headers: { 'App-Key': sim.appKey },
      body: new URLSearchParams({ userId: 'bob', blackUserId: 'alice' }),
    });
    expect(await sim.publish({ from: 'alice', to: 'bob' })).toHaveDelivered('bob');
    expect(await sim.publish({ from: 'alice', to: 'bob', verifyBlacklist: true })).toHaveDropped(
      'bob',
      'blocked',
    );
  });

  test('rejects as the simulator refuses', async ({ sim }) => {
    await expect(sim.publish({ from: 'alice', to: [] })).rejects.toMatchObject({
      code: 1002,
      message: 'The parameter toUserId is required.',
    });
  });
});

describe('connect', () => {
  test('brings the user online, from a platform if told', async ({ sim }) => {
    const bob = await sim.connect('bob', { platform: 'web' });
    expect(sim.presence('bob')).toMatchObject({
      online: true,
      sessions: [{ sessionId: bob.sessionId, platform: 'web' }],
    });
    expect(sim.presence('carol').online).toBe(false);
  });

  test('rejects for what can be no user', async ({ sim }) => {
    await expect(sim.connect('')).rejects.toMatchObject({ code: 1002 });
    await expect(sim.connect('x'.repeat(65))).rejects.toMatchObject({ code: 1005 });
  });
});

describe('online', () => {
  test('waits for a client that connects when it likes', async ({ sim }) => {
    const online = sim.online('bob');
    await sim.connect('carol');
    await using _ = await connectClient(sim.wsUrl, { userId: 'bob' });
    await online;
  });

  test('does not wait for who is online', async ({ sim }) => {
    await sim.connect('bob');
    await sim.online('bob', { timeoutMs: 0 });
  });

  test('rejects in the end', async ({ sim }) => {
    expect(await failureOf(() => sim.online('bob', { timeoutMs: 1 }))).toBe(
      '"bob" did not come online within 1 ms.',
    );
  });
});

test('a back end and a client that are not of the kit reach the app by its addresses and key', async ({
  sim,
}) => {
  const { url, appKey, wsUrl } = sim;
  await using bob = await connectClient(wsUrl, { userId: 'bob' });
  await using carol = await connectClient(wsUrl, { token: sim.token('carol') });
  const backEnd = new StatusPublisher({ url, appKey });
  await backEnd.publish({
    fromUserId: 'alice',
    toUserId: ['bob', 'carol'],
    objectName: 'my:ping',
    content: 'x',
  });
  await expectClient(bob).toHaveReceivedOnce({ content: 'x' });
  await expectClient(carol).toHaveReceivedOnce({ content: 'x' });
});

test('an App-Key may hold what an address would have to escape', async ({ simulator }) => {
  await using sim = createSimApp(simulator, 'a&b=c d');
  await using bob = await connectClient(sim.wsUrl, { userId: 'bob' });
  await sim.publish({ from: 'alice', to: 'bob' });
  await expectClient(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
});

test('settle is a barrier for all clients of the app', async ({ sim }) => {
  const clients = await Promise.all(['bob', 'carol'].map((userId) => sim.connect(userId)));
  await sim.publish({ from: 'alice', to: ['bob', 'carol'] });
  await sim.settle();
  expect(clients.map(({ received }) => received.length)).toEqual([1, 1]);
});

test('the clock is the app’s own', async ({ sim, simulator }) => {
  sim.clock.freeze(0);
  await using other = createSimApp(simulator);
  expect(other.clock.read().frozen).toBe(false);
  await sim.connect('bob');
  expect(sim.presence('bob').sessions[0]!.openedAt).toBe(0);
});

test('an app is closed at the end of the block that uses it', async ({ simulator, onTestFinished }) => {
  const closed: string[] = [];
  onTestFinished(simulator.on('session', ({ userId, state }) => state === 'closed' && closed.push(userId)));
  {
    await using sim = createSimApp(simulator);
    await sim.connect('zoe of the block');
  }
  expect(closed).toContain('zoe of the block');
});

describe('startTestSim', () => {
  test('starts a simulator that closes with its app', async () => {
    const sim = await startTestSim();
    await sim.close();
    await expect(fetch(sim.url)).rejects.toThrow();
  });

  test('takes the simulator’s options', async () => {
    await using sim = await startTestSim({ recipientsPerMinute: 1 });
    await sim.publish({ from: 'alice', to: 'bob' });
    await expect(sim.publish({ from: 'alice', to: 'bob' })).rejects.toMatchObject({ code: 1008 });
  });

  test('is the app of callers who name none', async () => {
    await using sim = await startTestSim();
    const bob = await sim.connect('bob');
    await new StatusPublisher({ url: sim.url }).publish({
      fromUserId: 'alice',
      toUserId: 'bob',
      objectName: 'my:ping',
      content: 'x',
    });
    await expectClient(bob).toHaveReceivedOnce({ content: 'x' });
  });

  test('is the configured app, whose clients need a token', async () => {
    await using sim = await startTestSim({ apps: [{ key: 'app-one', secret: 'secr' }] });
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob' });
    await expectClient(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
    expect(sim.appKey).toBe('app-one');
  });

  test('with a seed gives the same reports each time', async () => {
    const run = async () => {
      await using sim = await startTestSim({ seed: 'x' });
      return sim.publish({ from: 'alice', to: ['bob', 'carol'] });
    };
    expect(await run()).toEqual(await run());
  });

  test('leaves nothing running when there is no such app', async () => {
    const start = startTestSim({ apps: [{ key: 'app-one', secret: 'secr' }], appKey: 'app-two' });
    await expect(start).rejects.toMatchObject({ code: 1002 });
  });
});

describe('close', () => {
  test('closes the clients, and waits for it', async ({ simulator }) => {
    const sim = createSimApp(simulator);
    const bob = await sim.connect('bob');
    await sim.close();
    expect(await Promise.race([bob.closed, 'still open'])).toMatchObject({ code: 1001 });
  });

  test('closes a client that nobody waited for', async ({ simulator }) => {
    const sim = createSimApp(simulator);
    const connecting = sim.connect('bob');
    await sim.close();
    expect((await (await connecting).closed).code).toBe(1001);
  });

  test('may be called twice', async ({ simulator }) => {
    const sim = createSimApp(simulator);
    await sim.connect('bob');
    await sim.close();
    await sim.close();
  });

  test('names the users of sessions that it did not open, and closes them', async ({ simulator }) => {
    const sim = createSimApp(simulator);
    await sim.connect('alice');
    const bob = await connectClient(sim.wsUrl, { userId: 'bob' });
    await connectClient(sim.wsUrl, { userId: 'carol' });
    expect(await failureOf(() => sim.close())).toBe(
      'Still open at the end: 2 sessions that sim.connect() did not open, of "bob", "carol". Close what a test opens itself.',
    );
    expect((await bob.closed).code).toBe(1001);
  });

  test('takes no session for open that is closing at that moment', async ({ simulator }) => {
    const sim = createSimApp(simulator);
    const socket = new WebSocket(`${sim.wsUrl}&userId=bob`);
    await once(socket, 'message');
    socket.terminate();
    await sim.close();
  });
});

describe('assertQuiet', () => {
  test('names what nobody looked at', async ({ sim }) => {
    const [bob] = await Promise.all([sim.connect('bob'), sim.connect('carol')]);
    await sim.publish({ from: 'alice', to: ['bob', 'carol'] });
    await sim.publish({ from: 'dave', to: 'bob', objectName: 'my:ping' });
    await expectClient(bob).toHaveReceived({ fromUserId: 'dave' });
    expect(await failureOf(() => sim.assertQuiet())).toBe(
      `2 messages were received and never looked at:
  "bob": RC:TxtMsg from "alice": {"content":"hello"}
  "carol": RC:TxtMsg from "alice": {"content":"hello"}`,
    );
  });

  test('is content with what was taken', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob' });
    await bob.next({ type: 'status' });
    await sim.assertQuiet();
  });

  test('does not take a failed search for a look', async ({ sim }) => {
    const bob = await sim.connect('bob');
    await sim.publish({ from: 'alice', to: 'bob' });
    await expectNone(bob, { fromUserId: 'dave' });
    expect(await failureOf(() => sim.assertQuiet())).toContain(
      '1 message was received and never looked at:\n',
    );
  });

  test('counts what is still on its way', async ({ sim }) => {
    await sim.connect('bob');
    const published = sim.publish({ from: 'alice', to: 'bob' });
    expect(await failureOf(() => sim.assertQuiet())).toContain('1 message was received');
    await published;
  });
});
