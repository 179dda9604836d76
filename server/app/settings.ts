import { type InitialState, initialState, ownersOf } from '../../client-sim/hosted/initial-state.ts';
import type { Broker } from '../broker/broker.ts';
import { object, text as string } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import {
  check,
  choice,
  duration,
  flag,
  group,
  type Kind,
  limit,
  list,
  optional,
  type Setting,
  setting,
  text,
  unlimitedDuration,
  wholeNumber,
} from './setting.ts';

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

/** The longest delay a timer of Node's takes. */
const maxTimerMs = 2 ** 31 - 1;

const address = text('address', 'an address', /./);
const nameForm = new RegExp(`^.{1,${limits.nodeNameCharacters}}$`, 's');
const name = text('name', `a text of 1 to ${limits.nodeNameCharacters} characters`, nameForm);
const token = text('token', 'a text of visible ASCII characters', /^[\x21-\x7e]+$/, { secret: true });
const hostName = text('name', 'a name like sim.test, without a port', /^([\w.-]+|\[[\da-f:.]+\])$/i);
// Browsers leave out the port that goes without saying.
const originForm = /^(?!http:.*:80$|https:.*:443$)([a-z][a-z\d+.-]*:\/\/[^\s/?#@]+|null)$/i;
const origin = text('origin', 'an origin like http://app.test:3000, or null', originForm);
const publicUrlMust = 'an address like https://sim.example.com, without a path';
const publicUrl = text('url', publicUrlMust, /^https?:\/\/[^\s/?#@;]+$/i, { url: true });
const engineUrlMust = 'an address like redis://127.0.0.1:6379';
const engineUrl = text('redis://…', engineUrlMust, /^rediss?:/i, { url: true, secret: true });
const engine: Kind<string | Broker> = {
  ...engineUrl,
  accepts: (value) => engineUrl.accepts(value) || (typeof value === 'object' && value !== null),
};
const appKeyForm = new RegExp(`^[\\x21-\\x7e]{1,${limits.appKeyCharacters}}$`);
const appKey = text('KEY', `a key of 1 to ${limits.appKeyCharacters} visible ASCII characters`, appKeyForm);
const app: Kind<AppCredentials> = {
  must: `${appKey.must}, and a secret`,
  mustText: `KEY:SECRET, with ${appKey.must}`,
  accepts(value) {
    const { key, secret } = Object(value);
    return appKey.accepts(key) && typeof secret === 'string' && secret !== '';
  },
  placeholder: 'KEY:SECRET',
  parse(text) {
    const [, key, secret] = /^([^:,]+):((?:\\,|[^,])+)$/.exec(text.trim()) ?? [];
    return key && secret ? { key, secret: secret.replaceAll('\\,', ',') } : undefined;
  },
  secret: true,
  schema: object({ key: string, secret: string }),
};
const postUrlMust = 'an address like http://127.0.0.1:8080/status, without a user or a password';
const postUrlForm = /^https?:\/\/[^\s/?#@]+([/?#].*)?$/i; // `fetch` refuses an address with credentials
const postUrl = text('URL', postUrlMust, postUrlForm, { url: true, secret: true });
const webhook: Kind<WebhookTarget> = {
  ...postUrl,
  mustText: `${postUrl.must}; or KEY=ADDRESS`,
  accepts(value) {
    const { url, appKey: key } = Object(value);
    return postUrl.accepts(url) && (key === undefined || appKey.accepts(key));
  },
  placeholder: '[KEY=]URL',
  parse(text) {
    const [, key, url] = /^(?:([^=/]+)=)?(https?:.+)$/.exec(text) ?? [];
    return url === undefined ? undefined : { url, ...(key === undefined ? {} : { appKey: key }) };
  },
  schema: object({ url: string }, { appKey: string }),
};
const page: Kind<PageFiles> = {
  must: 'files by their paths',
  accepts: (value) => typeof value === 'object' && value !== null,
};

/** All that can be set. The types, the checks, the command's options and the table in the README come from here. */
export const settingTable = {
  ...group('Address', {
    host: setting(address, '127.0.0.1', 'address to listen on; without an app, a loopback address'),
    port: setting(wholeNumber(0, 65_535), 0, 'port to listen on; 0 picks a free one'),
    publicUrl: optional(publicUrl, 'where clients connect, if not where the back end does'),
  }),
  ...group('Access', {
    apps: list(app, 'an app; without one, any App-Key is one'),
    adminToken: optional(token, 'token for /sim (needed with --app)'),
    tokenTtlMs: setting(unlimitedDuration, Infinity, 'how long a token can be used to log in'),
    allowHosts: list(hostName, 'without an app: a host name to answer to, besides localhost'),
    allowOrigins: list(origin, 'without an app: an origin whose pages may call, besides this machine'),
    imlib: setting(flag, true, "support for RongCloud's own web client (experimental)"),
  }),
  ...group('Webhooks', {
    webhooks: list(webhook, 'where to post online-status events, of one app or of all that have no other'),
  }),
  ...group('Cluster', {
    cluster: optional(engine, 'the Redis or Valkey server that connects this node with others'),
    clusterName: setting(name, 'status-sim', 'keeps clusters apart that share a server'),
    clusterDeadlineMs: setting(duration(50, 60_000), 250, 'how long an answer waits for other nodes'),
    clusterSilenceMs: setting(duration(300, 600_000), 3000, 'silence after which a node counts as hung'),
  }),
  ...group('Limits, each a number or "unlimited"', {
    recipientsPerMinute: setting(limit, 6000, 'recipients per minute and app'),
    groupsPerSecond: setting(limit, 20, 'messages to groups per second and app'),
    broadcastsPerMinute: setting(limit, 60, 'broadcasts per minute and app'),
    systemPerSecond: setting(limit, 100, 'recipients of stored system messages per second and app'),
    upstreamPerSecond: setting(limit, 50, 'publishes per second that a session may send'),
    backlogBytes: setting(limit, 1024 * 1024, 'unsent bytes beyond which a session gets no more messages'),
    totalBacklogBytes: setting(limit, 512 * 1024 * 1024, 'unsent bytes beyond which slow sessions get less'),
    slowDrops: setting(limit, 100, 'drops in a row after which a slow session is closed'),
    openApps: setting(limit, 10_000, 'apps created on first use, when none is registered'),
    sessionsPerApp: setting(limit, 100_000, 'open sessions per app'),
    sessionsPerUser: setting(limit, 10_000, 'open sessions per user'),
    groupMembers: setting(limit, 3000, 'members per group'),
    groupMembersPerApp: setting(limit, 1_000_000, 'members of all groups of an app'),
    blacklisted: setting(limit, 1_000_000, 'entries in all block lists of an app, and in all allow lists'),
    hostedClients: setting(limit, 1000, 'hosted clients (/sim/clients) per app'),
    inboxFrames: setting(limit, 10_000, 'frames that the inbox of a hosted client keeps'),
    inboxBytes: setting(limit, 16 * 1024 * 1024, 'bytes that the inbox of a hosted client keeps'),
    traceReaders: setting(limit, 100, 'open readers of /sim/trace'),
  }),
  ...group('Timeouts', {
    requestTimeoutMs: setting(duration(1, maxTimerMs), 30_000, 'time for a request to arrive in full'),
    heartbeatIntervalMs: setting(duration(1, maxTimerMs - 1), 15_000, 'time between two pings'),
    heartbeatTimeoutMs: setting(duration(2, maxTimerMs), 30_000, 'silence after which a session is closed'),
  }),
  ...group('Validation', {
    acceptUnknownBuiltIns: setting(flag, false, 'accept RC: object names that are not built in'),
    stored: setting(choice('refuse', 'online'), 'refuse', 'what to do with messages that are stored'),
    acceptUnsimulated: setting(flag, false, 'accept calls that are not simulated and only set something'),
    acceptAnyContent: setting(flag, false, 'accept built-in types whose content is not a JSON object'),
  }),
  ...group('Randomness', {
    seed: optional(text('text', 'a text', /^/), 'makes ids and chances the same every time'),
  }),
  initialState: list<InitialState>(initialState, 'what an app has when it starts, and after a reset'),
  plainFrames: setting(flag, false, 'write frames by documented means of ws alone, which is slower'),
  nodeName: optional(name, 'name of this node, unlike any other; a new one unless set'),
  page: setting(page, {}, 'a page to serve beside the API'),
};

type Table = typeof settingTable;

export type SimulatorSettings = { readonly [Name in keyof Table]: Table[Name]['default'] };

export type SimulatorOptions = Partial<Omit<SimulatorSettings, 'cluster'>>;

/** What makes a simulator a node of a cluster. */
export type ClusterOptions = SimulatorOptions & { cluster: string | Broker };

/** The given options over the defaults. @throws RangeError naming the option, what it must be and what it was */
export function settingsOf(options: Partial<SimulatorSettings>): SimulatorSettings {
  const unknown = Object.keys(options).find((given) => !Object.hasOwn(settingTable, given));
  if (unknown !== undefined) throw new RangeError(`There is no option ${unknown}.`);
  const entries = Object.entries<Setting>(settingTable).map(([name, setting]) => {
    const value = options[name as keyof Table] === undefined ? setting.default : options[name as keyof Table];
    check(name, setting, value);
    return [name, value];
  });
  const settings: SimulatorSettings = Object.fromEntries(entries);
  checkTogether(settings);
  ownersOf(settings);
  // By name there may be two addresses, and only one of them would answer.
  return settings.host === 'localhost' ? { ...settings, host: '127.0.0.1' } : settings;
}

function checkTogether({ host, apps, webhooks, ...times }: SimulatorSettings): void {
  const { heartbeatIntervalMs: intervalMs, heartbeatTimeoutMs: timeoutMs } = times;
  const keys = apps.map(({ key }) => key);
  const targets = webhooks.map((target) => target.appKey);
  const [twice] = repeated(keys);
  const stranger = targets.find((key) => key !== undefined && keys.length > 0 && !keys.includes(key));
  const isOnLoopback = /^(localhost|::1|127(\.\d{1,3}){3})$/.test(host);
  const problems = [
    timeoutMs <= intervalMs &&
      `The option heartbeatTimeoutMs must be longer than the option heartbeatIntervalMs: ${intervalMs} ms, not ${timeoutMs} ms.`,
    twice !== undefined && `The option apps has the key ${twice} twice.`,
    ...repeated(targets).map((key) => `The option webhooks has two addresses for ${key ?? 'all apps'}.`),
    stranger !== undefined &&
      `The option webhooks has an address for ${stranger}, an app that is not configured.`,
    keys.length === 0 &&
      !isOnLoopback &&
      `Without apps the simulator is open to anybody, so it listens on loopback only, not on ${host}. Set the option apps to listen elsewhere.`,
  ];
  for (const problem of problems) if (problem) throw new RangeError(problem);
}

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) < index);
}
