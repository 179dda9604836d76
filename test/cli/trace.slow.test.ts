import { describe, expect } from 'vitest';
import { app } from '../fixtures/simulator.ts';
import { it as base } from './command.ts';
import { hostileId } from './hostile-id.ts';

const it = base
  .extend('trace', ({ run, simulator }) => async (...args: string[]) => {
    const command = run(['trace', '--url', simulator.url, ...args]);
    await (args.includes('--json') ? command.stdout : command.stderr).next();
    return command;
  })
  .extend('publishMood', ({ simulator }) => (toUserId = 'bob') => {
    return simulator.publish({ fromUserId: 'alice', toUserId, objectName: 'app:mood', content: 'fine' });
  });

it('each recipient is a line, as in serve', async ({ trace, publishMood }) => {
  const command = await trace();
  publishMood();
  await expect(command.stdout.next()).resolves.toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} {2}dropped: offline {12}alice → bob {2}app:mood$/,
  );
});

it('B7 with --json the first line says that it follows', async ({ run, simulator }) => {
  const { stdout } = run(['trace', '--url', simulator.url, '--json']);
  await expect(stdout.next()).resolves.toBe(`{"ready":true,"url":"${simulator.url}"}`);
});

it('B7 with --json each event is a line, whatever an id holds', async ({ trace, publishMood }) => {
  const command = await trace('--json');
  const { report } = publishMood(hostileId);
  await expect(command.stdout.nextJson()).resolves.toMatchObject({ event: 'publish', report });
});

it('--app-key chooses the app', async ({ trace, connect }) => {
  const command = await trace('--app-key', 'other');
  await connect('bob');
  await connect({ userId: 'carol', appKey: 'other' });
  await expect(command.stdout.next()).resolves.toMatch(/ carol {2}app other$/);
});

it('B7 at SIGTERM it exits with 0', async ({ trace }) => {
  const command = await trace();
  command.kill();
  await expect(command.ended).resolves.toBe(0);
});

it('B7 it exits with 1 when the simulator closes', async ({ trace, simulator }) => {
  const command = await trace();
  await simulator.close();
  await expect(command.ended).resolves.toBe(1);
  expect(command.stderr.text).toContain(`error: Lost the connection to the simulator at ${simulator.url}.\n`);
});

describe('with an app', () => {
  it.override('options', { apps: [app], adminToken: 'letmein' });

  it('B4.4 --admin-token opens the way', async ({ trace, publishMood }) => {
    const command = await trace('--admin-token', 'letmein');
    publishMood();
    await expect(command.stdout.next()).resolves.toContain('alice → bob');
  });
});
