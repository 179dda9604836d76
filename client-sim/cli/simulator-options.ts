import { type Command, Option } from 'commander';
import { clusterBounds, settingsOf } from '../../server/app/settings.ts';
import type {
  AppCredentials,
  ClusterNode,
  SimulatorOptions as Settings,
  Simulator,
  WebhookTarget,
} from '../../server/index.ts';
import { Failure } from './failure.ts';
import {
  apps,
  engineAddress,
  limit,
  port,
  repeated,
  seconds,
  secondsBetween,
  webhooks,
} from './option-values.ts';
import { adminTokenOption } from './target.ts';

/** What a command that starts a simulator is told about it. */
export interface SimulatorOptions
  extends Omit<
    Settings,
    | 'apps'
    | 'webhooks'
    | 'allowHosts'
    | 'allowOrigins'
    | 'tokenTtlMs'
    | 'requestTimeoutMs'
    | 'heartbeatIntervalMs'
    | 'heartbeatTimeoutMs'
    | 'clusterDeadlineMs'
    | 'clusterSilenceMs'
  > {
  app?: AppCredentials[];
  webhook?: WebhookTarget[];
  allowHost?: string[];
  allowOrigin?: string[];
  /** Milliseconds. */
  tokenTtl?: number;
  /** Milliseconds, as the next ones. */
  heartbeatInterval: number;
  heartbeatTimeout: number;
  requestTimeout: number;
  clusterDeadline: number;
  clusterSilence: number;
  cluster?: string;
}

const defaults = settingsOf({});

export function addSimulatorOptions(command: Command, defaultPort: number): Command {
  return command
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
    .addOption(
      new Option(
        '--token-ttl <seconds>',
        'seconds for which a token lets a client in (default: for ever)',
      ).argParser(seconds),
    )
    .addOption(
      new Option(
        '--allow-host <name>',
        'without --app: a name of this machine besides localhost; repeatable',
      ).argParser(repeated),
    )
    .addOption(
      new Option(
        '--allow-origin <origin>',
        'without --app: pages that may come in besides those of this machine; repeatable',
      ).argParser(repeated),
    )
    .option('--no-imlib', "keep RongCloud's own web client out (experimental)")
    .option('--public-url <url>', 'where clients find it, if not where the back end does')
    .optionsGroup('Who is told of it:')
    .addOption(
      new Option(
        '--webhook <[KEY=]URL>',
        'where to post who comes and goes, of one app or of each; repeatable',
      ).argParser(webhooks),
    )
    .optionsGroup('Several nodes:')
    .addOption(
      new Option('--cluster <redis://…>', 'the Redis or Valkey that joins this simulator with others')
        .argParser(engineAddress)
        .env('STATUS_SIM_CLUSTER'),
    )
    .option('--cluster-name <name>', 'tells several clusters on one engine apart', defaults.clusterName)
    .addOption(
      secondsOption(
        'cluster-deadline',
        'that an answer waits for other nodes',
        defaults.clusterDeadlineMs,
        secondsBetween(...clusterBounds.deadlineMs),
      ),
    )
    .addOption(
      secondsOption(
        'cluster-silence',
        'of silence that make a node count as hung',
        defaults.clusterSilenceMs,
        secondsBetween(...clusterBounds.silenceMs),
      ),
    )
    .optionsGroup('Limits, each a number or "unlimited":')
    .addOption(
      limitOption('recipients-per-minute', 'recipients a minute and app', defaults.recipientsPerMinute),
    )
    .addOption(
      limitOption('groups-per-second', 'messages to groups a second and app', defaults.groupsPerSecond),
    )
    .addOption(
      limitOption('broadcasts-per-minute', 'broadcasts a minute and app', defaults.broadcastsPerMinute),
    )
    .addOption(
      limitOption('upstream-per-second', "a client's own publishes a second", defaults.upstreamPerSecond),
    )
    .addOption(
      limitOption('backlog-bytes', 'unsent bytes over which a session gets no more', defaults.backlogBytes),
    )
    .addOption(
      limitOption(
        'total-backlog-bytes',
        'unsent bytes over which all slow sessions get no more',
        defaults.totalBacklogBytes,
      ),
    )
    .addOption(limitOption('slow-drops', 'drops in a row that close a slow session', defaults.slowDrops))
    .addOption(limitOption('open-apps', 'apps made on first use when open to any App-Key', defaults.openApps))
    .addOption(
      limitOption('hosted-clients', 'clients that /sim/clients runs for an app', defaults.hostedClients),
    )
    .addOption(limitOption('inbox-frames', 'frames that each of these keeps', defaults.inboxFrames))
    .addOption(limitOption('inbox-bytes', 'bytes of frames that each of them keeps', defaults.inboxBytes))
    .addOption(limitOption('sessions-per-app', 'sessions of an app at a time', defaults.sessionsPerApp))
    .addOption(limitOption('sessions-per-user', 'sessions of a user at a time', defaults.sessionsPerUser))
    .addOption(limitOption('group-members', 'members of a group', defaults.groupMembers))
    .addOption(
      limitOption('group-members-per-app', 'members of all groups of an app', defaults.groupMembersPerApp),
    )
    .addOption(limitOption('blacklisted', 'entries in all blacklists of an app', defaults.blacklisted))
    .addOption(limitOption('trace-readers', 'readers of /sim/trace at a time', defaults.traceReaders))
    .optionsGroup('Time-outs:')
    .addOption(
      secondsOption('request-timeout', 'within which a request must be here', defaults.requestTimeoutMs),
    )
    .addOption(secondsOption('heartbeat-interval', 'between two pings', defaults.heartbeatIntervalMs))
    .addOption(
      secondsOption('heartbeat-timeout', 'of silence that end a session', defaults.heartbeatTimeoutMs),
    )
    .optionsGroup('Checks:')
    .option('--accept-unknown-built-ins', 'accept names that begin with RC: and are not built in')
    .option('--accept-any-content', 'accept built-in types whose content is not a JSON object')
    .optionsGroup('Options:');
}

/** @throws Failure, in a sentence that names the option */
export async function startFrom({
  app = [],
  heartbeatInterval: heartbeatIntervalMs,
  heartbeatTimeout: heartbeatTimeoutMs,
  requestTimeout: requestTimeoutMs,
  clusterDeadline: clusterDeadlineMs,
  clusterSilence: clusterSilenceMs,
  webhook = [],
  allowHost = [],
  allowOrigin = [],
  tokenTtl,
  cluster,
  ...settings
}: SimulatorOptions): Promise<Simulator | ClusterNode> {
  if (heartbeatTimeoutMs <= heartbeatIntervalMs) {
    const given = `${heartbeatIntervalMs / 1000} seconds, not ${heartbeatTimeoutMs / 1000}`;
    throw new Failure(`--heartbeat-timeout must be longer than --heartbeat-interval: ${given}.`, 2);
  }
  const options = {
    ...settings,
    apps: app,
    webhooks: webhook,
    allowHosts: allowHost,
    allowOrigins: allowOrigin,
    ...(tokenTtl === undefined ? {} : { tokenTtlMs: tokenTtl }),
    requestTimeoutMs,
    heartbeatIntervalMs,
    heartbeatTimeoutMs,
    clusterDeadlineMs,
    clusterSilenceMs,
  };
  // Here, for to load it takes longer than all that most commands do.
  const { startSimulator } = await import('../../server/index.ts');
  const starting: Promise<Simulator | ClusterNode> =
    cluster === undefined ? startSimulator(options) : startSimulator({ ...options, cluster });
  return starting.catch((error) => {
    throw startFailure(error, options, cluster);
  });
}

function limitOption(name: string, description: string, defaultLimit: number): Option {
  return new Option(`--${name} <number>`, description).argParser(limit).default(defaultLimit);
}

function secondsOption(name: string, description: string, defaultMs: number, parse = seconds): Option {
  return new Option(`--${name} <seconds>`, `seconds ${description}`)
    .argParser(parse)
    .default(defaultMs, String(defaultMs / 1000));
}

function startFailure(
  error: NodeJS.ErrnoException,
  { host, port }: Settings,
  cluster: string | undefined,
): Error {
  if (error instanceof RangeError) return new Failure(`${error.message} See --host, --app and --webhook.`, 2);
  if (error.code === 'EADDRINUSE') {
    return new Failure(
      `Port ${port} of ${host} is in use. Choose another with --port, or 0 for any free one.`,
    );
  }
  if (cluster !== undefined && (error.syscall !== 'listen' || error instanceof AggregateError)) {
    return new Failure(`Cannot join the cluster at ${hostOf(cluster)}: ${error.message || error.code}.`);
  }
  if (error.syscall) return new Failure(`Cannot listen on --host ${host} --port ${port}: ${error.message}.`);
  return error;
}

/** Without the password that may stand in it. */
function hostOf(cluster: string): string {
  return new URL(cluster).host;
}
