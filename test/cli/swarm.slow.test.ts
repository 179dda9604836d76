import { describe, expect } from 'vitest';
import type { PublishEvent } from '../../server/index.ts';
import { DeliversTwice, KeepsForTheOffline, Refuses } from '../client-sim/swarm/broken-servers.ts';
import type { HandMadeServer } from '../client-sim/swarm/hand-made-server.ts';
import { app } from '../fixtures/simulator.ts';
import { it as base } from './command.ts';

const small = ['--clients', '10', '--recipients', '10'];

const it = base
  .extend('listen', ({ onTestFinished }) => (server: HandMadeServer) => {
    onTestFinished(() => server.close());
    return server.listen();
  })
  /** A swarm that goes on until it is told to stop. */
  .extend('swarmAt', ({ run }) => (url: string, ...args: string[]) => {
    return run(['swarm', '--url', url, '--duration', '1h', ...small, ...args]);
  });

/** The table as an object. */
function numbersOf(table: string): Record<string, number> {
  const rows = table.split('\n').map((line) => /^ *([\w ]*\w) +([\d.]+)(?: {2}.*)?$/.exec(line));
  return Object.fromEntries(rows.flatMap((row) => (row ? [[row[1], Number(row[2])]] : [])));
}

describe('a swarm of its own', () => {
  it('ends by itself after its duration, and exits with 0', async ({ runToEnd }) => {
    const { code, stdout } = await runToEnd(['swarm', ...small, '--duration', '300ms', '--typing']);
    expect(Object.keys(numbersOf(stdout))).toEqual([
      'clients',
      'publishes',
      'typing',
      'messages',
      'delivered',
      'dropped',
      'offline',
      'changing',
      'echoes',
      'latency p50',
      'latency p99',
      'latency max',
      'violations',
      'duplicates',
      'late',
      'lost',
      'misdelivered',
    ]);
    expect(code).toBe(0);
  });

  it('has a simulator without a limit on its rate', async ({ runToEnd }) => {
    const load = ['--clients', '200', '--recipients', '200', '--publish', '100', '--duration', '2s'];
    const { stdout } = await runToEnd(['swarm', ...load, '--json']);
    const { messages, refused } = JSON.parse(stdout);
    expect(messages).toBeGreaterThan(6000);
    expect(refused).toEqual([]);
  });

  it('B7 with --json prints one line', async ({ runToEnd }) => {
    const { stdout, stderr } = await runToEnd([
      'swarm',
      ...small,
      '--duration',
      '300ms',
      '--seed',
      's',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ clients: 10, seed: 's', firstViolation: null });
    expect(stderr).toBe('');
  });

  it('B7 at SIGINT ends early, prints its table, and exits with 0', async ({ run }) => {
    const command = run(['swarm', ...small, '--duration', '1h']);
    await command.stderr.next();
    command.kill('SIGINT');
    await expect(command.ended).resolves.toBe(0);
    expect(numbersOf(command.stdout.text)).toMatchObject({ clients: 10, violations: 0 });
  });

  it('has no more recipients than clients unless it is told to', async ({ runToEnd }) => {
    const { stdout } = await runToEnd(['swarm', '--clients', '2', '--duration', '300ms', '--json']);
    const { publishes, messages } = JSON.parse(stdout);
    expect(messages).toBe(2 * publishes);
  });
});

describe('at the simulator it is told', () => {
  it('publishes to clients of its own', async ({ simulator, swarmAt }) => {
    const published = new Promise<PublishEvent>((resolve) => simulator.on('publish', resolve));
    swarmAt(simulator.url, '--app-key', 'other', '--churn', '0');
    const { appKey, via, report } = await published;
    expect({ appKey, via }).toEqual({ appKey: 'other', via: 'rongcloud' });
    expect(report.recipients).toHaveLength(10);
    expect(new Set(report.recipients.map(({ outcome }) => outcome))).toEqual(new Set(['delivered']));
  });

  it('B7 exits with 1 when the simulator goes away, and prints its table all the same', async ({
    simulator,
    swarmAt,
  }) => {
    const command = swarmAt(simulator.url);
    await new Promise((resolve) => simulator.on('publish', resolve));
    await simulator.close();
    await expect(command.ended).resolves.toBe(1);
    expect(numbersOf(command.stdout.text)).toMatchObject({ clients: 10 });
    expect(command.stderr.text).toContain(
      `error: Lost the connection to the simulator at ${simulator.url}.\n`,
    );
  });

  it('B7 exits with 1 when none answers', async ({ simulator, runToEnd }) => {
    await simulator.close();
    const { code, stdout, stderr } = await runToEnd(['swarm', '--url', simulator.url]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`error: No simulator answers at ${simulator.url}.`);
  });
});

describe('with an app', () => {
  it.override('options', { apps: [app] });

  it('B7 exits with 1, for its clients have no token', async ({ simulator, runToEnd }) => {
    const { code, stderr } = await runToEnd(['swarm', '--url', simulator.url, '--app-key', app.key]);
    expect(code).toBe(1);
    expect(stderr).toContain('error: Refused with 4001: The parameter token is required');
  });
});

describe('with a limit', () => {
  it.override('options', { recipientsPerMinute: 30 });

  it('counts what is refused with 1008, tells it, and exits with 0', async ({ simulator, swarmAt }) => {
    const command = swarmAt(simulator.url, '--churn', '0');
    await new Promise((resolve) => simulator.on('refused', resolve));
    command.kill('SIGINT');
    await expect(command.ended).resolves.toBe(0);
    expect(numbersOf(command.stdout.text)).toMatchObject({ delivered: 30, violations: 0 });
    expect(command.stderr.text).toMatch(
      /\nPublishes refused with 1008: [1-9]\d*\. The last refusal: 10 more would exceed the limit of 30 /,
    );
  });
});

describe('B7 at a broken server it exits with 1', () => {
  it('and tells the story of a message that came twice', async ({ listen, swarmAt }) => {
    const server = new DeliversTwice();
    const command = swarmAt(await listen(server), '--churn', '0');
    await server.broken;
    command.kill('SIGINT');
    await expect(command.ended).resolves.toBe(1);
    const [, story] = command.stdout.text.split('\n\n', 3).slice(1);
    expect(
      story!
        .replace(/swarm-\w+-\d+/, 'USER')
        .replace(/\d\d:\d\d:\d\d\.\d{3}/g, 'TIME')
        .split('\n'),
    ).toEqual([
      'USER  was online, must get it: duplicate',
      '  TIME  connecting',
      '  TIME  online',
      '  TIME  message sent',
      ...Array(3).fill(expect.stringMatching(/^ {2}TIME {2}(got it|message accepted)$/)),
    ]);
    expect(command.stderr.text).toMatch(/\nerror: Violations: \d+\. The first one is shown above\.\n$/);
  });

  it('and tells the story of a message that came to the offline', async ({ listen, swarmAt }) => {
    const server = new KeepsForTheOffline();
    const command = swarmAt(await listen(server), '--churn', '100', '--json');
    await server.broken;
    command.kill('SIGINT');
    await expect(command.ended).resolves.toBe(1);
    const { violations, firstViolation } = JSON.parse(command.stdout.text);
    expect(violations.late).toBeGreaterThan(0);
    expect(firstViolation).toMatchObject({ fault: 'late' });
    const [victim] = firstViolation.story.clients;
    expect(victim.faults).toEqual(['late']);
    expect(victim.got[0].session.connectAt).toBeGreaterThan(firstViolation.story.answer.at);
  });

  it('and tells what it was refused with', async ({ listen, swarmAt }) => {
    const server = new Refuses();
    const command = swarmAt(await listen(server));
    await server.broken;
    command.kill('SIGINT');
    await expect(command.ended).resolves.toBe(1);
    expect(command.stderr.text).toContain(
      'The last refusal: Internal logic error.\nerror: Not all publishes were accepted.',
    );
  });
});
