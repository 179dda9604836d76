import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { nanoid } from 'nanoid';
import type { App, UserPresence } from './app/app.ts';
import { Apps } from './app/apps.ts';
import { Metrics } from './app/metrics.ts';
import {
  type ClusterOptions,
  type SimulatorOptions,
  type SimulatorSettings,
  settingsOf,
} from './app/settings.ts';
import { Trace, type TraceListener } from './app/trace.ts';
import { redisBroker } from './broker/redis.ts';
import type { AppClock } from './clock/app-clock.ts';
import { Cluster } from './cluster/cluster.ts';
import { Node } from './cluster/node.ts';
import type { ForwardedRequest } from './cluster/peers.ts';
import type { DeliveryReport } from './core/delivery-report.ts';
import { fieldsOf, userId as parseUserId } from './core/parameters.ts';
import { parsePublish } from './core/publish-request.ts';
import type { SimEvent } from './core/sim-event.ts';
import { type Soon, soon } from './core/soon.ts';
import { Access } from './edge/access.ts';
import type { FaultName, FaultSpec } from './faults/fault.ts';
import { Gateway } from './gateway/gateway.ts';
import { imlibDialect, imlibPath } from './gateway/imlib/imlib-dialect.ts';
import { navigation } from './gateway/imlib/navigation.ts';
import { InProcessSocket } from './gateway/in-process-socket.ts';
import { jsonDialect } from './gateway/json-dialect.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Settled } from './presence/settle.ts';
import { connectPath } from './protocol/connect-path.ts';
import type { RecipientUID } from './protocol/frames.ts';
import { Webhooks } from './webhook/webhooks.ts';

/** The parameters of a publish, named as on the wire (A1). */
export interface PublishFields {
  fromUserId: string;
  toUserId: string | readonly string[];
  objectName: string;
  content: string;
  verifyBlacklist?: 0 | 1 | boolean;
  isIncludeSender?: 0 | 1 | boolean;
}

/** Which app is meant. Default: the one app there is, or `default` in open mode. */
export interface AppChoice {
  appKey?: string;
}

/** What a test steers one app with, apart from all others (B4.1). */
export interface AppControl {
  readonly key: string;
  /** Freeze it, advance it, run it to its next timer. */
  readonly clock: Pick<AppClock, 'read' | 'freeze' | 'resume' | 'advance' | 'runToNextTimer'>;
  /**
   * A barrier: resolves when every session has shown that all handed to it before has arrived, but for those that a
   * fault keeps from it.
   * @throws ApiError 1050, naming the users whose clients did not within `timeoutMs` (5000 unless told)
   */
  settle(timeoutMs?: number): Promise<Settled>;
  readonly faults: FaultControl;
  /** What fault keeps this session's client from confirming what was handed to it, as a clause; undefined when none does. */
  hindrance(session: { userId: string; sessionId: string }): string | undefined;
  /** What this user's client logs in with, as from `/user/getToken.json`. @throws ApiError 1002, 1005 */
  token(userId: string): string;
  /** Calls `listener` at each event of this app; returns what ends that. */
  listen(listener: (event: SimEvent) => void): () => void;
  /** Back to how a new app is: nobody connected, nobody blocked, nothing counted, no fault, the time running. */
  reset(): void;
  /** Closes every session and, in open mode, forgets the app. */
  close(): void;
}

/** What goes wrong for an app's users, because a test has asked for it (B6). */
export interface FaultControl {
  /**
   * Sets a fault, in place of one with the same name and user; returns all that are set now.
   * @throws ApiError 1002 or 1005, naming the parameter and its limits
   */
  set(fault: FaultSpec): FaultSpec[];
  list(): FaultSpec[];
  /** Removes those with this name, with this user or with both, or all of them; returns how many. */
  remove(which?: { fault?: FaultName; userId?: string }): number;
}

/** The answer to a publish, and what became of it. */
export interface PublishOutcome {
  messageUIDs: RecipientUID[];
  report: DeliveryReport;
}

/** A running simulator. */
export interface Simulator {
  /** Where back ends send requests, e.g. `http://127.0.0.1:4747`. */
  readonly url: string;
  /** Where clients connect, e.g. `ws://127.0.0.1:4747/connect`. */
  readonly wsUrl: string;
  /** Publishes, and tells what became of it. @throws ApiError as the HTTP endpoint would answer (B3) */
  publish(fields: PublishFields, choice?: AppChoice): PublishOutcome;
  /** Whether a user is online, and with which sessions. */
  presence(userId: string, choice?: AppChoice): UserPresence;
  /** A connection to the server that needs no port: the client's end. */
  dial(): Duplex;
  /** The handle of one app; made on first use in open mode. @throws ApiError 1002 when there is none */
  app(appKey?: string): AppControl;
  /** Calls `listener` at each event of this kind; returns what ends that. */
  on<K extends SimEvent['event']>(
    event: K,
    listener: (event: Extract<SimEvent, { event: K }>) => void,
  ): () => void;
  /** Closes every session with 1001, then the server. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A running node of a cluster: it promises what it asks the others for. The handles of its apps, but for `settle`, and
 * `on` are about this node alone.
 */
export interface ClusterNode extends Omit<Simulator, 'publish' | 'presence'> {
  publish(fields: PublishFields, choice?: AppChoice): Promise<PublishOutcome>;
  presence(userId: string, choice?: AppChoice): Promise<UserPresence>;
}

/**
 * Starts a simulator in this process, on a free port of the loopback unless told otherwise.
 * @throws RangeError when an option is out of bounds; the system's error when the port cannot be had, or the cluster
 */
export async function startSimulator(options: ClusterOptions): Promise<ClusterNode>;
export async function startSimulator(options?: SimulatorOptions): Promise<Simulator>;
export async function startSimulator(
  options: SimulatorOptions | ClusterOptions = {},
): Promise<Simulator | ClusterNode> {
  const settings = settingsOf(options);
  const trace = new Trace();
  let closing: Promise<void> | undefined;
  const metrics = new Metrics();
  const answerRequest = async ({ method, url, headers, payload }: ForwardedRequest) => {
    const { 'content-length': _, ...rest } = headers;
    const request = {
      method: method as 'GET',
      url,
      headers: rest,
      ...(payload === undefined ? {} : { payload }),
    };
    const { statusCode: status, headers: answered, body } = await http.inject(request);
    return { status, type: String(answered['content-type']), body };
  };
  const cluster = await clusterOf(settings);
  const apps = new Apps(settings, trace, metrics, cluster);
  const node = cluster && new Node(cluster, apps, trace, settings.clusterDeadlineMs, answerRequest);
  const access = new Access(settings);
  const stateOf = () => {
    if (closing !== undefined) return 'shutting down';
    if (gateway.isOverloaded) return 'overloaded';
    return cluster?.isUp === false ? 'degraded' : 'ready';
  };
  const listen = (listener: TraceListener, appKey: string) => (node ?? trace).listen(listener, appKey);
  const http = createHttpServer({ apps, access, trace, metrics, settings, stateOf, listen });
  const dialects = new Map([[connectPath, jsonDialect]]);
  if (settings.imlib) {
    dialects.set(imlibPath, imlibDialect);
    http.register(navigation(settings));
  }
  const gateway = new Gateway(http.server, { apps, access, settings, dialects });
  const webhooks = new Webhooks(settings.webhooks, apps, trace);
  if (node !== undefined) await cluster?.start(node);
  await http.listen({ host: settings.host, port: settings.port, backlog: connectsAtOnce });

  const address = addressOf(http.server.address() as AddressInfo);
  const close = () => {
    closing ??= gateway
      .close()
      .then(() => cluster?.close())
      .then(() => webhooks.close()) // the last to hear that everybody is gone
      .then(() => http.close())
      .then(() => metrics.close());
    return closing;
  };
  const url = `http://${address}`;
  const clientUrl = settings.imlib ? (settings.publicUrl ?? url) : undefined;
  const publish = (fields: PublishFields, { appKey }: AppChoice = {}): Soon<PublishOutcome> => {
    const app = apps.getForSim(appKey);
    const request = parsePublish(fieldsOf(fields), settings);
    const published = app.publish(request, { via: 'embedded', reported: true });
    return soon(published, ({ message, report }) => {
      return { messageUIDs: message.recipientUIDs(), report: report! };
    });
  };
  const presence = (userId: string, { appKey }: AppChoice = {}): Soon<UserPresence> => {
    const app = apps.getForSim(appKey);
    return soon(app.catchUp(), () => app.presenceOf(userId));
  };
  const simulator: Omit<Simulator, 'publish' | 'presence'> = {
    url,
    wsUrl: `ws://${address}${connectPath}`,
    dial() {
      const [client, server] = InProcessSocket.pair();
      http.server.emit('connection', server);
      return client;
    },
    app: (appKey) => controlOf(apps.getForSim(appKey), apps, trace, clientUrl),
    on(event, listener) {
      return trace.listen(listener as TraceListener, undefined, [event]);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  if (cluster === undefined) {
    // Nobody else has to be asked, so both are there at once.
    return { ...simulator, publish, presence } as Simulator;
  }
  return {
    ...simulator,
    publish: async (fields, choice) => publish(fields, choice),
    presence: async (userId, choice) => presence(userId, choice),
  } satisfies ClusterNode;
}

/** The cluster that this node is to join; undefined when there is to be none. */
async function clusterOf(settings: SimulatorSettings): Promise<Cluster | undefined> {
  const { cluster, clusterName, nodeName = nanoid(10), clusterDeadlineMs, clusterSilenceMs } = settings;
  if (cluster === undefined) return undefined;
  const broker = typeof cluster === 'string' ? await redisBroker(cluster, clusterName) : cluster;
  return new Cluster(nodeName, broker, {
    deadlineMs: clusterDeadlineMs,
    checkMs: Math.min(20, clusterDeadlineMs / 2),
    beatMs: clusterSilenceMs / 3,
    silenceMs: clusterSilenceMs,
  });
}

/** Connections that the system holds until they are accepted; Node's own 511 would turn some of a crowd away. */
const connectsAtOnce = 4096;

function addressOf({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

function controlOf(app: App, apps: Apps, trace: Trace, clientUrl: string | undefined): AppControl {
  return {
    key: app.key,
    clock: app.clock,
    settle: (timeoutMs) => app.settle(timeoutMs),
    faults: {
      set: (fault) => app.faults.set(fieldsOf(fault, 'The fault')),
      list: () => app.faults.list(),
      remove: (which = {}) => app.faults.remove(fieldsOf(which)),
    },
    hindrance: ({ userId, sessionId }) => {
      const session = app.presence.sessionsOf(userId).find(({ id }) => id === sessionId);
      return session && app.faults.hindrance(session);
    },
    token: (userId) => app.issueToken(parseUserId(fieldsOf({ userId }), 'userId'), clientUrl),
    listen: (listener) => trace.listen(listener, app.key),
    reset: () => app.reset(),
    close: () => apps.close(app),
  };
}
