import { describe, expect } from 'vitest';
import { ConnectError } from '../../../client-sim/connect.ts';
import { Swarm, type SwarmOptions } from '../../../client-sim/swarm/swarm.ts';
import { type SwarmRecord, swarmRecord } from '../../../client-sim/swarm/swarm-record.ts';
import { it as base } from '../../fixtures/simulator.ts';
import * as broken from './broken-servers.ts';
import { type Answer, HandMadeServer } from './hand-made-server.ts';

const it = base
  .extend('options', {})
  .extend('listen', ({ onTestFinished }) => (server: HandMadeServer) => {
    onTestFinished(() => server.close());
    return server.listen();
  })
  /** A small swarm that publishes to all its clients, until it is stopped. */
  .extend('swarmAt', ({ onTestFinished }) => (url: string, options: Partial<SwarmOptions> = {}) => {
    const swarm = new Swarm({
      url,
      wsUrl: `${url.replace('http', 'ws')}/connect`,
      clients: 10,
      publishesPerSecond: 50,
      recipients: 10,
      churnPercent: 0,
      typing: false,
      durationMs: 60_000,
      seed: 'test',
      ...options,
    });
    onTestFinished(() => swarm.close());
    return swarm;
  });

/** Lets it run until then, and to its end. */
async function stopAt(moment: Promise<unknown>, swarm: Swarm): Promise<void> {
  void moment.then(() => swarm.stop());
  await swarm.run();
}

const lively = { recipients: 5, churnPercent: 100, typing: true, durationMs: 500 };

const none = { duplicates: 0, late: 0, lost: 0, misdelivered: 0 };

describe('a swarm whose time is over', () => {
  it.override('options', { recipientsPerMinute: Number.POSITIVE_INFINITY });

  it('has found no violation in the simulator', async ({ simulator, swarmAt }) => {
    const swarm = swarmAt(simulator.url, lively);
    await swarm.run();
    expect(swarmRecord(swarm).violations).toEqual(none);
  });

  it('has found none in a server made by hand either', async ({ listen, swarmAt }) => {
    const swarm = swarmAt(await listen(new HandMadeServer()), lively);
    await swarm.run();
    expect(swarmRecord(swarm).violations).toEqual(none);
  });

  it('has counted every message once, and echoes and typing', async ({ simulator, swarmAt }) => {
    const swarm = swarmAt(simulator.url, lively);
    await swarm.run();
    const { publishes, typing, messages, delivered, dropped, echoes } = swarmRecord(swarm);
    expect(messages).toBe(publishes * 5 + typing);
    expect(delivered + dropped.offline + dropped.changing).toBe(messages);
    expect(Math.min(publishes, typing, delivered, echoes)).toBeGreaterThan(0);
  });

  it('has all its clients online', async ({ simulator, swarmAt }) => {
    const swarm = swarmAt(simulator.url, lively);
    await swarm.run();
    expect(swarm.online).toBe(10);
  });
});

it('the same seed gives the same publishes', async ({ listen, swarmAt }) => {
  const firstTen = async () => {
    const server = new NotesRequests();
    const swarm = swarmAt(await listen(server), { recipients: 2 });
    await stopAt(server.tenNoted, swarm);
    return server.requests.slice(1, 11);
  };
  expect(await firstTen()).toEqual(await firstTen());
});

/** Notes who writes to whom in which message, without what is different in each run. */
class NotesRequests extends HandMadeServer {
  readonly requests: string[] = [];
  readonly tenNoted = this.broken;

  protected override accept(form: URLSearchParams): Answer {
    const users = [form.get('fromUserId')!, ...form.getAll('toUserId')].map((userId) => userId.split('-')[2]);
    this.requests[JSON.parse(form.get('content')!).message] = `${users} ${form.get('isIncludeSender')}`;
    if (Object.keys(this.requests.slice(1, 11)).length === 10) this.break();
    return super.accept(form);
  }
}

describe('is no violation:', () => {
  it('a publish without an answer that brings something', async ({ listen, swarmAt }) => {
    const server = new broken.CutsAnswers();
    const swarm = swarmAt(await listen(server));
    await stopAt(server.broken, swarm);
    const { violations, unanswered, delivered } = swarmRecord(swarm);
    expect(violations).toEqual(none);
    expect(Math.min(unanswered.count, delivered)).toBeGreaterThan(0);
  });

  it('a session that the server ends, and what that misses', async ({ listen, swarmAt }) => {
    const server = new broken.EndsSessions();
    const swarm = swarmAt(await listen(server));
    await stopAt(server.broken, swarm);
    const { violations, sessionsEnded } = swarmRecord(swarm);
    expect(violations).toEqual(none);
    expect(sessionsEnded).toEqual([{ code: 4011, count: 10 }]);
  });
});

describe('with a limit', () => {
  it.override('options', { recipientsPerMinute: 30 });

  it('a refused publish is counted, and brings nothing to anybody', async ({ simulator, swarmAt }) => {
    const swarm = swarmAt(simulator.url);
    await stopAt(new Promise((resolve) => simulator.on('refused', resolve)), swarm);
    const { violations, refused, delivered } = swarmRecord(swarm);
    expect(violations).toEqual(none);
    expect(refused).toMatchObject([{ code: 1008 }]);
    expect(delivered).toBe(30);
  });
});

it('rejects when the simulator goes away', async ({ simulator, swarmAt }) => {
  const swarm = swarmAt(simulator.url);
  const run = swarm.run();
  await new Promise((resolve) => simulator.on('publish', resolve));
  await simulator.close();
  await expect(run).rejects.toThrow(ConnectError);
});

type Kind = keyof SwarmRecord['violations'];

const brokenServers: { Broken: typeof HandMadeServer; found: Kind[]; options?: Partial<SwarmOptions> }[] = [
  { Broken: broken.KeepsForTheOffline, found: ['late'], options: { churnPercent: 100 } },
  { Broken: broken.DeliversTwice, found: ['duplicates'] },
  { Broken: broken.Loses, found: ['lost'] },
  { Broken: broken.HoldsBack, found: ['late', 'lost'] },
  { Broken: broken.DeliversToStrangers, found: ['misdelivered'], options: { recipients: 3 } },
  { Broken: broken.MixesUpRecipients, found: ['lost', 'misdelivered'] },
  { Broken: broken.DeliversWhatItRefuses, found: ['misdelivered'] },
  { Broken: broken.LosesEchoes, found: ['lost'], options: { recipients: 3 } },
  { Broken: broken.EchoesUnasked, found: ['misdelivered'] },
  { Broken: broken.LosesTyping, found: ['lost'], options: { typing: true } },
];

it.for(brokenServers)('finds what is wrong with a server: $Broken.name', async (row, { listen, swarmAt }) => {
  const server = new row.Broken();
  const swarm = swarmAt(await listen(server), row.options);
  await stopAt(server.broken, swarm);
  const { violations } = swarmRecord(swarm);
  expect(Object.keys(violations).filter((kind) => violations[kind as Kind] > 0)).toEqual(row.found);
});
