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
import { swarmTable, swarmVerdict } from './swarm-table.ts';
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
    .description('Run many clients under load and check that each receives exactly what it should.')
    .optionsGroup('Load:')
    .option('--clients <N>', 'users, 1 to 10000, each with one session', wholeNumber(1, 10_000), 100)
    .addOption(
      new Option('--publish <R/s>', 'publishes per second, 0.1 to 10000')
        .argParser(amount('/s', 0.1, 10_000))
        .default(50),
    )
    .option(
      '--recipients <M>',
      `recipients per publish, 1 to ${limits.recipients}; at most --clients (default: 10, or all)`,
      wholeNumber(1, limits.recipients),
    )
    .addOption(
      new Option(
        '--churn <P%/s>',
        'percentage of the clients that go offline each second, 0 to 100, for 1 s on average',
      )
        .argParser(amount('%/s', 0, 100))
        .default(5),
    )
    .option('--typing', 'have senders who are online also send typing indicators over their sessions')
    .addOption(
      new Option('--duration <T>', 'how long to publish, 100ms to 24h, like 500ms, 20s, 5m or 1h')
        .argParser(duration)
        .default(10_000, '10s'),
    )
    .addOption(
      new Option('--seed <text>', 'the same seed gives the same publishes').default(
        String(randomInt(1_000_000)),
        'a random one',
      ),
    )
    .optionsGroup('Simulator:')
    .addOption(
      new Option(
        '--url <address>',
        'address of a simulator in open mode; repeatable, for the nodes of a cluster (default: start one, without limits)',
      ).argParser(addresses),
    )
    .addOption(appKeyOption())
    .optionsGroup('Options:')
    .option('--json', 'print all results, and the first violation, as one line of JSON')
    .addHelpText('after', explanation)
    .action(swarm);
}

/** How long it may take to say goodbye to thousands. */
const closeMs = 15_000;

const explanation = `
What a client must receive follows from its own state: if it was online from the request to the answer, the message
exactly once; if it was offline, nothing, not even later; if it was connecting or disconnecting, the message at most
once. After a violation the command prints the story of that message and exits with 1. Press Ctrl-C to stop early.

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
  if (!options.json) tell(`${clients} clients at ${url}, seed ${options.seed}. Press Ctrl-C to stop early.`);
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
  return phase === 'entering'
    ? noSimulator(url)
    : new Failure(`Lost the connection to the simulator at ${url}.`);
}

function textOf(record: SwarmRecord): string {
  const { firstViolation } = record;
  const story = firstViolation ? ['', ...violationLines(firstViolation, colors)] : [];
  return [...swarmTable(record, colors), ...story, '', swarmVerdict(record)].join('\n');
}

/**
 * Tells what was wrong.
 * @param mayLose whether a simulator may go away, and with it what it was to answer: there are others
 * @throws Failure when that is not excused
 */
function convict({ violations, refused, unanswered, sessionsEnded }: SwarmRecord, mayLose: boolean): void {
  for (const { code, count } of sessionsEnded)
    tell(`Sessions closed by the simulator with ${code}: ${count}.`);
  for (const { code, count, errorMessage } of refused) {
    tell(`Publishes refused with ${code}: ${count}. The last refusal: ${printable(errorMessage)}`);
  }
  if (unanswered.count > 0)
    tell(
      `Publishes without an answer: ${unanswered.count}. The last reason: ${printable(unanswered.reason)}`,
    );
  const count = Object.values(violations).reduce((sum, each) => sum + each, 0);
  if (count > 0) throw new Failure(`Violations: ${count}. The first one is shown above.`);
  if (
    (unanswered.count > 0 && !mayLose) ||
    refused.some(({ code }) => code !== errorCodes.rateExceeded.code)
  ) {
    throw new Failure('Not all publishes were accepted.');
  }
}
