import { describe, expect } from 'vitest';
import { freePort } from '../bench/free-port.ts';
import { it as base } from '../cli/command.ts';
import { RedisServer, withoutRedis } from '../fixtures/redis-server.ts';

const it = base.extend('redis', async ({ task: _ }, { onCleanup }) => {
  const redis = await RedisServer.start();
  onCleanup(() => redis.stop());
  return redis;
});

const unlimited = ['--recipients-per-minute', 'unlimited', '--upstream-per-second', 'unlimited'];

/** What comes late reaches nobody, which the referee would call lost: a busy machine is not to be found guilty of it. */
const patience = ['--cluster-deadline', '30', '--cluster-silence', '120'];

describe.skipIf(withoutRedis)('three nodes', () => {
  it('B9.6 the referee finds nothing wrong while one of the nodes is killed and comes back', async ({
    redis,
    serve,
    run,
  }) => {
    const port = String(await freePort());
    const options = ['--cluster', redis.url, ...unlimited, ...patience];
    const nodes = await Promise.all([serve(options), serve(options), serve([...options, '--port', port])]);
    const urls = nodes.flatMap(({ url }) => ['--url', url]);
    const load = ['--clients', '60', '--publish', '40', '--duration', '1h'];
    const swarm = run(['swarm', ...load, '--json', ...urls]);
    const [, , doomed] = nodes;
    for (let events = 0; events < 60; events++) await doomed.command.stdout.next();
    doomed.command.kill('SIGKILL');
    await doomed.command.ended;
    const back = await serve([...options, '--port', port]);
    for (let events = 0; events < 20; events++) await back.command.stdout.next();
    swarm.kill('SIGINT');

    const { violations, delivered, sessionsEnded, firstViolation } = await swarm.stdout.nextJson();
    expect(firstViolation).toBeNull();
    expect(violations).toEqual({ duplicates: 0, late: 0, lost: 0, misdelivered: 0 });
    expect([delivered > 200, sessionsEnded]).toEqual([true, [{ code: 1006, count: expect.any(Number) }]]);
    expect(await swarm.ended).toBe(0);
  });
});
