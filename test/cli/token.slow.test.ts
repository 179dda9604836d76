import { describe, expect } from 'vitest';
import { app } from '../fixtures/simulator.ts';
import { it } from './command.ts';

it('B4.2 prints a token that lets its user in', async ({ simulator, connect, runToEnd }) => {
  const { stdout } = await runToEnd(['token', '--url', simulator.url, '--user', 'bob']);
  const bob = await connect({ token: stdout.trim() });
  expect(bob.userId).toBe('bob');
});

describe('with apps', () => {
  const other = { key: 'app-two', secret: 'hush' };
  it.override('options', { apps: [app, other] });

  it('B4.1 signs with the secret of the app', async ({ simulator, connect, runToEnd }) => {
    const env = { STATUS_SIM_APPS: `${app.key}:${app.secret},${other.key}:${other.secret}` };
    const args = ['token', '--url', simulator.url, '--user', 'bob', '--app-key', other.key];
    const { stdout } = await runToEnd(args, { env });
    const bob = await connect({ token: stdout.trim(), appKey: other.key });
    expect(bob.userId).toBe('bob');
  });

  it('B7 a refusal is said with its code', async ({ simulator, runToEnd }) => {
    const args = ['token', '--url', simulator.url, '--user', 'bob', '--app', `${app.key}:wrong`];
    const { code, stderr } = await runToEnd(args);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('error: Refused with 1004: '),
    });
  });
});
