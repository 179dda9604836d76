import { describe } from 'vitest';
import {
  type ClientAssertions,
  createSimApp,
  expectClient,
  matchers,
  type SimApp,
  type SimClient,
} from '../../client-sim/testkit/index.ts';
import { test as base, expect } from '../../client-sim/testkit/vitest.ts';
import { failureOf } from './failure-of.ts';

/** With an app that the test closes itself, so that it sees what the close says. */
const test = base.extend<{ app: SimApp }>({
  app: async ({ simulator }, use) => {
    const app = createSimApp(simulator);
    await use(app);
    await app.close();
  },
});

/** vitest declares it as a property, which the kit cannot add a type to. */
const soft = (client: SimClient) => expect.soft(client) as unknown as ClientAssertions;

describe('closing the app', () => {
  test('names an assertion that nobody awaited, and its rejection is not unhandled', async ({ app }) => {
    const bob = await app.connect('bob');
    expectClient(bob).toHaveReceived({ fromUserId: 'alice' });
    expect(await failureOf(() => app.close())).toBe(
      'An assertion about "bob" was not awaited: write "await expectClient(bob)…".',
    );
  });

  test('names it once', async ({ app }) => {
    expectClient(await app.connect('bob')).toHaveReceivedNothing();
    await failureOf(() => app.close());
    await app.close();
  });

  test('writes `client` for a user whose id is no name in code', async ({ app }) => {
    expectClient(await app.connect('bob smith')).toHaveReceivedNothing();
    expect(await failureOf(() => app.close())).toContain('write "await expectClient(client)…"');
  });

  test('names a soft assertion, which vitest chains to twice', async ({ app }) => {
    soft(await app.connect('bob')).toHaveReceivedNothing();
    expect(await failureOf(() => app.close())).toContain('write "await expect(bob)…"');
  });
});

describe('an assertion counts as awaited', () => {
  test.for(['plain', 'soft'] as const)('when its `then` is called at once: %s', async (kind, { app }) => {
    const bob = await app.connect('bob');
    const assertion = kind === 'soft' ? soft(bob) : expect(bob);
    await new Promise<void>((resolve, reject) => {
      assertion.toHaveReceivedNothing().then(resolve, reject);
    });
    await app.close();
  });

  test('when it is awaited late', async ({ app }) => {
    const bob = await app.connect('bob');
    const assertion = expectClient(bob).toHaveReceivedNothing();
    await app.settle();
    await assertion;
    await app.close();
  });

  test('when all are awaited together', async ({ app }) => {
    const clients = await Promise.all(['bob', 'carol'].map((userId) => app.connect(userId)));
    await Promise.all(clients.map((client) => expect(client).toHaveReceivedNothing()));
    await app.close();
  });

  test('when the runner chains to it less than it does today', async ({ app }) => {
    const bob = await app.connect('bob');
    expect(await matchers.toHaveReceivedNothing.call(undefined, bob)).toMatchObject({ pass: true });
    await app.close();
  });

  test('when the app has closed before: there is no later end to tell', async ({ app }) => {
    const bob = await app.connect('bob');
    await app.close();
    expectClient(bob).toHaveReceivedNothing();
    await app.close();
  });
});
