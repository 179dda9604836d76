import { describe, expect } from 'vitest';
import { app } from '../fixtures/simulator.ts';
import { it } from './command.ts';

it('shows who is online, in which app', async ({ simulator, connect, runToEnd }) => {
  await connect('alice');
  await connect('alice');
  await connect({ userId: 'bob', appKey: 'other' });
  const { stdout } = await runToEnd(['who', '--url', simulator.url]);
  expect(stdout).toBe(`\
app      user   sessions
default  alice         2
other    bob           1
`);
});

it('--app-key shows one app, and --json prints it', async ({ simulator, connect, runToEnd }) => {
  await connect('alice');
  await connect({ userId: 'bob', appKey: 'other' });
  const { stdout } = await runToEnd(['who', '--url', simulator.url, '--app-key', 'other', '--json']);
  expect(stdout).toBe('{"appKey":"other","online":1,"users":[{"userId":"bob","sessions":1}]}\n');
});

it('says that nobody is online', async ({ simulator, runToEnd }) => {
  const { stdout } = await runToEnd(['who', '--url', simulator.url]);
  expect(stdout).toBe('Nobody is online.\n');
});

describe('with apps', () => {
  it.override('options', { apps: [app, { key: 'app-two', secret: 'secr' }], adminToken: 'letmein' });

  it('B4.4 shows all of them with the admin token', async ({ simulator, runToEnd }) => {
    const { code } = await runToEnd(['who', '--url', simulator.url, '--admin-token', 'letmein']);
    expect(code).toBe(0);
  });
});
