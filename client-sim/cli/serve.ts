import { type Command, Option } from 'commander';
import {
  type AppCredentials,
  type SimEvent,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../server/index.ts';
import { settingsOf } from '../../server/settings.ts';
import { banner } from './banner.ts';
import { Failure } from './failure.ts';
import { apps, limit, port, seconds } from './option-values.ts';
import { printEvent } from './print-event.ts';
import { stopSignal } from './stop-signal.ts';
import { adminTokenOption, defaultPort } from './target.ts';
import { printJson, tell } from './terminal.ts';

const defaults = settingsOf({});

interface ServeOptions extends Omit<SimulatorOptions, 'apps' | 'heartbeatIntervalMs' | 'heartbeatTimeoutMs'> {
  app?: AppCredentials[];
  /** Milliseconds, as the next one. */
  heartbeatInterval: number;
  heartbeatTimeout: number;
  json?: true;
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Start the simulator, and show what becomes of every message.')
    .optionsGroup('Where it listens:')
    .option('--host <address>', 'address; without --app a loopback one', defaults.host)
    .option('--port <number>', 'port; 0 takes a free one', port, defaultPort)
    .optionsGroup('Who may use it:')
    .addOption(
      new Option('--app <KEY:SECRET>', 'an app that exists; repeatable (default: open to any App-Key)')
        .argParser(apps)
        .env('STATUS_SIM_APPS'),
    )
    .addOption(adminTokenOption())
    .optionsGroup('Limits, each a number or "unlimited":')
    .addOption(
      limitOption('recipients-per-minute', 'recipients a minute and app', defaults.recipientsPerMinute),
    )
    .addOption(
      limitOption('upstream-per-second', "a client's own publishes a second", defaults.upstreamPerSecond),
    )
    .addOption(
      limitOption('backlog-bytes', 'unsent bytes over which a session gets no more', defaults.backlogBytes),
    )
    .addOption(limitOption('slow-drops', 'drops in a row that close a slow session', defaults.slowDrops))
    .addOption(limitOption('open-apps', 'apps made on first use when open to any App-Key', defaults.openApps))
    .optionsGroup('Heartbeat:')
    .addOption(secondsOption('heartbeat-interval', 'between two pings', defaults.heartbeatIntervalMs))
    .addOption(
      secondsOption('heartbeat-timeout', 'of silence that end a session', defaults.heartbeatTimeoutMs),
    )
    .optionsGroup('Checks:')
    .option('--accept-unknown-built-ins', 'accept names that begin with RC: and are not built in')
    .option('--accept-any-content', 'accept built-in types whose content is not a JSON object')
    .optionsGroup('Options:')
    .option('--json', 'print a ready line, then each event, as lines of JSON')
    .addHelpText('after', examples)
    .action(serve);
}

const examples = `
Examples:
  status-sim serve
  status-sim serve --port 0 --json
  status-sim serve --host 0.0.0.0 --app mykey:mysecret --admin-token letmein`;

function limitOption(name: string, description: string, defaultLimit: number): Option {
  return new Option(`--${name} <number>`, description).argParser(limit).default(defaultLimit);
}

function secondsOption(name: string, description: string, defaultMs: number): Option {
  return new Option(`--${name} <seconds>`, `seconds ${description}`)
    .argParser(seconds)
    .default(defaultMs, String(defaultMs / 1000));
}

async function serve({ json, ...options }: ServeOptions): Promise<void> {
  const simulator = await start(options);
  const stopped = stopSignal();
  const show = (event: SimEvent) => printEvent(event, json);
  for (const kind of ['publish', 'session', 'refused'] as const) simulator.on(kind, show);
  const { url, wsUrl } = simulator;
  if (json) printJson({ ready: true, url, wsUrl });
  else tell(banner(simulator, options.app));
  await stopped;
  await simulator.close();
}

async function start({
  app = [],
  heartbeatInterval: heartbeatIntervalMs,
  heartbeatTimeout: heartbeatTimeoutMs,
  ...settings
}: ServeOptions): Promise<Simulator> {
  if (heartbeatTimeoutMs < heartbeatIntervalMs) {
    const given = `${heartbeatIntervalMs / 1000} seconds, not ${heartbeatTimeoutMs / 1000}`;
    throw new Failure(`--heartbeat-timeout must be at least --heartbeat-interval: ${given}.`, 2);
  }
  const options = { ...settings, apps: app, heartbeatIntervalMs, heartbeatTimeoutMs };
  return startSimulator(options).catch((error) => {
    throw startFailure(error, options);
  });
}

function startFailure(error: NodeJS.ErrnoException, { host, port }: SimulatorOptions): Error {
  if (error instanceof RangeError) return new Failure(`${error.message} See --host and --app.`, 2);
  if (error.code === 'EADDRINUSE') {
    return new Failure(
      `Port ${port} of ${host} is in use. Choose another with --port, or 0 for any free one.`,
    );
  }
  if (error.syscall) return new Failure(`Cannot listen on --host ${host} --port ${port}: ${error.message}.`);
  return error;
}
