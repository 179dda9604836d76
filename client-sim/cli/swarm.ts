import { randomInt } from 'node:crypto';
import { type Command, Option } from 'commander';
import type { Simulator } from '../../server/index.ts';
import { errorCodes } from '../../server/protocol/error-codes.ts';
import { limits } from '../../server/protocol/limits.ts';
import { ConnectError } from '../index.ts';
import { Swarm } from '../swarm/swarm.ts';
import { type SwarmRecord, swarmRecord } from '../swarm/swarm-record.ts';
import { Failure } from './failure.ts';
import { addresses, amount, duration, wholeNumber } from './option-values.ts';
import { printable } from './printable.ts';
import { ProgressBar } from './progress-bar.ts';
import { noSimulator } from './sim-call.ts';
import { stopSignal } from './stop-signal.ts';
import { swarmTable } from './swarm-table.ts';
import { appKeyOption, wsUrlOf } from './target.ts';
import { colors, print, printJson, tell } from './terminal.ts';
import { violationLines } from './violation-lines.ts';

interface SwarmCommandOptions {
  clients: number;
  /** A second. */
  publish: number;
  recipients?: number;
  /** Percent of the clients a second. */
  churn: number;
  typing?: true;
  /** Milliseconds. */
  duration: number;
  url?: string[];
  appKey?: string;
  seed: string;
  json?: true;
}

export function addSwarm(program: Command): void {
  program
    .command('swarm')
    .description(
      'Let many clients come and go while messages are sent, and judge whether each got what it had to.',
    )
    .optionsGroup('The load:')
    .option('--clients <N>', 'users, 1 to 10000, each with one session', wholeNumber(1, 10_000), 100)
    .addOption(
      new Option('--publish <R/s>', 'publishes a second, 0.1 to 10000')
        .argParser(amount('/s', 0.1, 10_000))
        .default(50),
    )
    .option(
      '--recipients <M>',
      `recipients of each publish, 1 to ${limits.recipients}; at most --clients (default: 10, or all)`,
      wholeNumber(1, limits.recipients),
    )
    .addOption(
      new Option(
        '--churn <P%/s>',
        'percent of the clients that go offline each second, 0 to 100, for 1 s on average',
      )
        .argParser(amount('%/s', 0, 100))
        .default(5),
    )
    .option('--typing', 'let each sender who is online say over its session that it is typing')
    .addOption(
      new Option('--duration <T>', 'how long to publish, 0.1s to 24h: 500ms, 20s, 5m, 1h')
        .argParser(duration)
        .default(10_000, '10s'),
    )
    .addOption(
      new Option('--seed <text>', 'the same one gives the same publishes').default(
        String(randomInt(1_000_000)),
        'a new one',
      ),
    )
    .optionsGroup('The simulator:')
    .addOption(
      new Option(
        '--url <address>',
        'where it answers, in open mode; repeatable, for the nodes of a cluster (default: one of its own, without limits)',
      ).argParser(addresses),
    )
    .addOption(appKeyOption())
    .optionsGroup('Options:')
    .option('--json', 'print all numbers, and the first violation, as a line of JSON')
    .addHelpText('after', explanation)
    .action(swarm);
}

/** How long it may take to say goodbye to thousands. */
const closeMs = 15_000;

const explanation = `
The clients themselves tell what they must get: who knew that it was online from the request to its answer must get
the message exactly once; who knew that it was offline must not get it, not even later; who was just coming or going
may get it once. A violation ends the command with exit code 1 and the story of that message. Ctrl-C ends it early.

Examples:
  status-sim swarm
  status-sim swarm --clients 2000 --churn 5 --duration 20s
  status-sim swarm --url http://127.0.0.1:4747 --publish 5 --typing --json`;

async function swarm(options: SwarmCommandOptions): Promise<void> {
  const { clients, recipients = Math.min(10, clients) } = options;
  if (recipients > clients) {
    throw new Failure(`--recipients must be at most --clients: ${clients}, not ${recipients}.`, 2);
  }
  const own = options.url === undefined ? await startUnlimited() : undefined;
  const urls = options.url ?? [own!.url];
  const url = urls.join(' and ');
  const running = swarmOf(urls, { ...options, recipients });
  void stopSignal(closeMs).then(() => running.stop());
  if (!options.json) tell(`${clients} clients at ${url}, seed ${options.seed}. Ctrl-C ends it early.`);
  await judge(running, url, options.json);
  await running.close();
  await own?.close();
}

async function startUnlimited(): Promise<Simulator> {
  const { startSimulator } = await import('../../server/index.ts');
  return startSimulator({
    recipientsPerMinute: Number.POSITIVE_INFINITY,
    upstreamPerSecond: Number.POSITIVE_INFINITY,
  });
}

function swarmOf(urls: readonly string[], options: SwarmCommandOptions & { recipients: number }): Swarm {
  return new Swarm({
    url: urls,
    wsUrl: urls.map(wsUrlOf),
    appKey: options.appKey,
    clients: options.clients,
    publishesPerSecond: options.publish,
    recipients: options.recipients,
    churnPercent: options.churn,
    typing: options.typing ?? false,
    durationMs: options.duration,
    seed: options.seed,
  });
}

/** @throws Failure after all that is known was printed: when something was wrong, or it could not be carried through */
async function judge(running: Swarm, url: string, json = false): Promise<void> {
  const bar = new ProgressBar(running);
  const failure = await running.run().then(
    () => undefined,
    (error) => failureOf(error, running, url),
  );
  bar.end();
  if (failure && running.phase === 'entering') throw failure;
  const record = swarmRecord(running);
  if (json) printJson(record);
  else print(textOf(record));
  if (failure) throw failure;
  convict(record, [running.options.url].flat().length > 1);
}

function failureOf(error: unknown, { phase }: Swarm, url: string): Failure {
  if (!(error instanceof ConnectError)) return new Failure(String(error));
  if (error.closeCode !== 1006) return new Failure(`Refused with ${error.closeCode}: ${error.reason}`);
  if (!/ECONN|hang up/.test(error.reason)) return new Failure(error.message);
  return phase === 'entering' ? noSimulator(url) : new Failure(`The simulator at ${url} went away.`);
}

function textOf(record: SwarmRecord): string {
  const { firstViolation } = record;
  const story = firstViolation ? ['', ...violationLines(firstViolation, colors)] : [];
  return [...swarmTable(record, colors), ...story].join('\n');
}

/**
 * Tells what was wrong.
 * @param mayLose whether a simulator may go away, and with it what it was to answer: there are others
 * @throws Failure when that is not excused
 */
function convict({ violations, refused, unanswered, sessionsEnded }: SwarmRecord, mayLose: boolean): void {
  for (const { code, count } of sessionsEnded)
    tell(`Sessions that the simulator closed with ${code}: ${count}.`);
  for (const { code, count, errorMessage } of refused) {
    tell(`Publishes refused with ${code}: ${count}. The last one: ${printable(errorMessage)}`);
  }
  if (unanswered.count > 0)
    tell(`Publishes without an answer: ${unanswered.count}. The last one: ${printable(unanswered.reason)}`);
  const count = Object.values(violations).reduce((sum, each) => sum + each, 0);
  if (count > 0) throw new Failure(`Violations: ${count}. The first one is told above.`);
  if (
    (unanswered.count > 0 && !mayLose) ||
    refused.some(({ code }) => code !== errorCodes.rateExceeded.code)
  ) {
    throw new Failure('Not all publishes were accepted.');
  }
}
