import type { Broker } from '../broker/broker.ts';
import { nodeCharacters } from '../cluster/message.ts';
import type { PublishRules } from '../core/publish-request.ts';

/** An App-Key and the secret its requests are signed with (B4.2). */
export interface AppCredentials {
  key: string;
  secret: string;
}

/** Files of a page by the path each is served at, with its media type. */
export type PageFiles = Readonly<Record<string, { type: string; text: string }>>;

/** Where online-status events go (A6). */
export interface WebhookTarget {
  url: string;
  /** The app whose sessions it hears of; without one, every app that has no target of its own. */
  appKey?: string;
}

/** All that can be set. Every bound has a default. */
export interface SimulatorSettings extends PublishRules {
  /** Address to listen on. Open mode refuses any that is not loopback (B4.3). Default 127.0.0.1. */
  readonly host: string;
  /** Port to listen on; 0 takes a free one. Default 0. */
  readonly port: number;
  /** The apps that exist. None: open mode (B4.3). */
  readonly apps: readonly AppCredentials[];
  /** What callers of `/sim` present when apps are configured (B4.4). */
  readonly adminToken: string | undefined;
  /** How long a client may log in with a token, by the app's clock (B4.4). Default: for ever. */
  readonly tokenTtlMs: number;
  /** Names of this machine, besides `localhost`, that open mode may be called by (B4.5). Default none. */
  readonly allowHosts: readonly string[];
  /** Origins of pages, besides this machine's, that may talk to open mode; `null` is one (B4.5). Default none. */
  readonly allowOrigins: readonly string[];
  /** Whether RongCloud's own web client may connect; experimental. Default true. */
  readonly imlib: boolean;
  /** Where clients find this server, if not where their back end does: `https://sim.example.com`. Default undefined. */
  readonly publicUrl: string | undefined;
  /** A page to serve beside the API. Default none. */
  readonly page: PageFiles;
  /** Who is told, over HTTP, who comes and goes (A6). */
  readonly webhooks: readonly WebhookTarget[];
  /** Makes ids and chances the same every time, for each app; undefined: unguessable. */
  readonly seed: string | undefined;
  /** Apps that open mode makes on first use. Default 10,000. */
  readonly openApps: number;
  /** Sessions of one app at a time (B4.6). Default 100,000. */
  readonly sessionsPerApp: number;
  /** Sessions of one user at a time (B4.6). Default 10,000. */
  readonly sessionsPerUser: number;
  /** Members of one group (B4.6). Default 10,000. */
  readonly groupMembers: number;
  /** Members of all groups of one app; whoever is in two counts twice (B4.6). Default 1,000,000. */
  readonly groupMembersPerApp: number;
  /** Entries in all blacklists of one app (B4.6). Default 1,000,000. */
  readonly blacklisted: number;
  /** Recipients a minute and app (A1). Default 6000. */
  readonly recipientsPerMinute: number;
  /** Messages to groups a second and app, one for each group (A1). Default 20. */
  readonly groupsPerSecond: number;
  /** Broadcasts a minute and app (A6). Default 60. */
  readonly broadcastsPerMinute: number;
  /** Upstream publishes a second and session (B1.13). Default 50. */
  readonly upstreamPerSecond: number;
  /** Time between two pings (B5.7). Default 15,000 ms. */
  readonly heartbeatIntervalMs: number;
  /** Silence after which a session ends (B5.7). Default 30,000 ms. */
  readonly heartbeatTimeoutMs: number;
  /** Unsent bytes over which a session gets no more messages (B1.12). Default 1 MiB. */
  readonly backlogBytes: number;
  /** Unsent bytes of all sessions together over which the slow ones may have less (B1.16). Default 512 MiB. */
  readonly totalBacklogBytes: number;
  /** Drops in a row after which a slow session is closed (B1.12). Default 100. */
  readonly slowDrops: number;
  /** Simulated clients that the simulator runs for one app (B6). Default 1000. */
  readonly hostedClients: number;
  /** Frames that the inbox of each of them keeps; then the oldest leave first. Default 10,000. */
  readonly inboxFrames: number;
  /** Bytes of frames that it keeps. Default 16 MiB. */
  readonly inboxBytes: number;
  /** Readers of `GET /sim/trace` at a time (B6). Default 100. */
  readonly traceReaders: number;
  /** Time within which a request must be here, head and body (B4.6). Default 30,000 ms. */
  readonly requestTimeoutMs: number;
  /** The Redis or Valkey that joins this node with others, as `redis://127.0.0.1:6379`; or a broker of one's own. Default: no cluster. */
  readonly cluster: string | Broker | undefined;
  /** What tells several clusters on one engine apart. Default `status-sim`. */
  readonly clusterName: string;
  /** Name of this node, unlike any other's; undefined: a new one. */
  readonly nodeName: string | undefined;
  /** How long an answer waits for other nodes (B9.3). Default 250 ms. */
  readonly clusterDeadlineMs: number;
  /** Silence after which a node is taken for hung (B9.6). Default 3000 ms. */
  readonly clusterSilenceMs: number;
}

export type SimulatorOptions = Partial<Omit<SimulatorSettings, 'cluster'>>;

/** What makes a simulator a node of a cluster. */
export type ClusterOptions = SimulatorOptions & { cluster: string | Broker };

/** The least and the most that the times of a cluster may be. */
export const clusterBounds = { deadlineMs: [50, 60_000], silenceMs: [300, 600_000] } as const;

const defaults: SimulatorSettings = {
  host: '127.0.0.1',
  port: 0,
  apps: [],
  adminToken: undefined,
  tokenTtlMs: Number.POSITIVE_INFINITY,
  allowHosts: [],
  allowOrigins: [],
  imlib: true,
  publicUrl: undefined,
  page: {},
  webhooks: [],
  seed: undefined,
  openApps: 10_000,
  sessionsPerApp: 100_000,
  sessionsPerUser: 10_000,
  groupMembers: 10_000,
  groupMembersPerApp: 1_000_000,
  blacklisted: 1_000_000,
  recipientsPerMinute: 6000,
  groupsPerSecond: 20,
  broadcastsPerMinute: 60,
  upstreamPerSecond: 50,
  heartbeatIntervalMs: 15_000,
  heartbeatTimeoutMs: 30_000,
  backlogBytes: 1024 * 1024,
  totalBacklogBytes: 512 * 1024 * 1024,
  slowDrops: 100,
  hostedClients: 1000,
  inboxFrames: 10_000,
  inboxBytes: 16 * 1024 * 1024,
  traceReaders: 100,
  requestTimeoutMs: 30_000,
  cluster: undefined,
  clusterName: 'status-sim',
  nodeName: undefined,
  clusterDeadlineMs: 250,
  clusterSilenceMs: 3000,
  acceptUnknownBuiltIns: false,
  acceptAnyContent: false,
};

/**
 * The given options over the defaults.
 * @throws RangeError naming the option and what it must be
 */
export function settingsOf(options: Partial<SimulatorSettings>): SimulatorSettings {
  const settings = { ...defaults, ...options };
  // By name there may be two addresses, and only one of them would answer.
  if (settings.host === 'localhost') settings.host = '127.0.0.1';
  whole('port', settings.port, 0, 65_535);
  for (const name of [
    'openApps',
    'sessionsPerApp',
    'sessionsPerUser',
    'groupMembers',
    'groupMembersPerApp',
    'blacklisted',
    'recipientsPerMinute',
    'groupsPerSecond',
    'broadcastsPerMinute',
    'upstreamPerSecond',
    'backlogBytes',
    'totalBacklogBytes',
    'slowDrops',
    'hostedClients',
    'inboxFrames',
    'inboxBytes',
    'traceReaders',
    'tokenTtlMs',
  ] as const) {
    if (settings[name] !== Number.POSITIVE_INFINITY) whole(name, settings[name], 1, Number.MAX_SAFE_INTEGER);
  }
  whole('requestTimeoutMs', settings.requestTimeoutMs, 1, maxTimerMs);
  whole('heartbeatIntervalMs', settings.heartbeatIntervalMs, 1, maxTimerMs);
  whole('heartbeatTimeoutMs', settings.heartbeatTimeoutMs, settings.heartbeatIntervalMs + 1, maxTimerMs);
  whole('clusterDeadlineMs', settings.clusterDeadlineMs, ...clusterBounds.deadlineMs);
  whole('clusterSilenceMs', settings.clusterSilenceMs, ...clusterBounds.silenceMs);
  checkCluster(settings);
  for (const host of settings.allowHosts) checkHost(host);
  for (const origin of settings.allowOrigins) checkOrigin(origin);
  if (settings.publicUrl !== undefined) checkPublicUrl(settings.publicUrl);
  for (const webhook of settings.webhooks) checkWebhook(webhook, settings.apps);
  if (settings.apps.length === 0 && !isLoopback(settings.host)) {
    throw new RangeError(
      `Without apps the simulator is open to anybody, so it listens on loopback only, not on ${settings.host}. Configure an app to listen elsewhere.`,
    );
  }
  return settings;
}

function checkCluster({ cluster, nodeName }: SimulatorSettings): void {
  if (
    typeof cluster === 'string' &&
    !(URL.canParse(cluster) && /^rediss?:$/.test(new URL(cluster).protocol))
  ) {
    throw new RangeError(`A cluster must be an address like redis://127.0.0.1:6379, not ${cluster}.`);
  }
  if (nodeName !== undefined && (nodeName === '' || nodeName.length > nodeCharacters)) {
    throw new RangeError(`The name of a node must have 1 to ${nodeCharacters} characters.`);
  }
}

function checkHost(host: string): void {
  if (/^([\w.-]+|\[[\da-f:.]+\])$/i.test(host)) return;
  throw new RangeError(`An allowed host must be a name like sim.test, without a port, not ${host}.`);
}

function checkOrigin(origin: string): void {
  if (/^([a-z][a-z\d+.-]*:\/\/[^\s/?#]+|null)$/i.test(origin)) return;
  throw new RangeError(`An allowed origin must be like http://app.test:3000, or null, not ${origin}.`);
}

function checkPublicUrl(url: string): void {
  if (/^https?:\/\/[^\s/?#@;]+$/i.test(url) && URL.canParse(url)) return;
  throw new RangeError(`A public URL must be like https://sim.example.com, without a path, not ${url}.`);
}

function checkWebhook({ url, appKey }: WebhookTarget, apps: readonly AppCredentials[]): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new RangeError(`A webhook must be an address like http://127.0.0.1:8080/status, not ${url}.`);
  }
  if (appKey !== undefined && apps.length > 0 && !apps.some(({ key }) => key === appKey)) {
    throw new RangeError(`The webhook ${url} is for the app ${appKey}, which is not configured.`);
  }
}

/** The longest delay a timer of Node's takes. */
const maxTimerMs = 2 ** 31 - 1;

function whole(name: string, value: number, atLeast: number, atMost: number): void {
  if (Number.isInteger(value) && value >= atLeast && value <= atMost) return;
  throw new RangeError(
    `The option ${name} must be a whole number from ${atLeast} to ${atMost}, not ${value}.`,
  );
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
