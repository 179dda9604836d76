import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { InProcessSocket } from '../client-sim/in-process-socket.ts';
import type { App } from './app/app.ts';
import { Metrics } from './app/metrics.ts';
import type { Published, UserPresence } from './app/ports.ts';
import { type ClusterOptions, type SimulatorOptions, settingsOf } from './app/settings.ts';
import { Trace, type TraceListener } from './app/trace.ts';
import { type AppControl, controlOf } from './control.ts';
import type { DeliveryReport } from './core/delivery-report.ts';
import { fieldsOf } from './core/parameters.ts';
import { orStored, parsePublish } from './core/publish-request.ts';
import type { SimEvent } from './core/sim-event.ts';
import { Access } from './edge/access.ts';
import { fastWriter } from './gateway/fast-frames/fast-writer.ts';
import { Gateway } from './gateway/gateway.ts';
import { imlibDialect, imlibPath } from './gateway/imlib/imlib-dialect.ts';
import { navigation } from './gateway/imlib/navigation.ts';
import { jsonDialect } from './gateway/json-dialect.ts';
import { plainWriter } from './gateway/plain-writer.ts';
import { answerForwarded } from './http/forward.ts';
import { createHttpServer } from './http/http-server.ts';
import { connectPath, type RecipientUID } from './protocol/frames.ts';
import { clustered, standalone } from './topology.ts';
import { startWebhooks } from './webhook/webhooks.ts';

/** The parameters of a publish, named as on the wire (A1). */
export interface PublishFields {
  fromUserId: string;
  toUserId: string | readonly string[];
  objectName: string;
  content: string;
  verifyBlacklist?: 0 | 1 | boolean;
  isIncludeSender?: 0 | 1 | boolean;
  /** One that RongCloud would store (B13). */
  stored?: 0 | 1 | boolean;
}

/** Which app is meant. Default: the one app there is, or `default` in open mode. */
export interface AppChoice {
  appKey?: string;
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
  const parts = { settings: settingsOf(options), trace: new Trace(), metrics: new Metrics() };
  const { settings, trace, metrics } = parts;
  const topology = settings.cluster === undefined ? standalone(parts) : await clustered(parts);
  const { apps } = topology;
  const access = new Access(settings);
  let closing: Promise<void> | undefined;
  const stateOf = () => {
    if (closing !== undefined) return 'shutting down';
    if (gateway.overload.isOverloaded) return 'overloaded';
    return topology.isDegraded ? 'degraded' : 'ready';
  };
  const http = createHttpServer({ ...parts, ...topology, access, stateOf });
  const dialects = new Map([[connectPath, jsonDialect]]);
  if (settings.imlib) {
    dialects.set(imlibPath, imlibDialect);
    http.register(navigation(settings));
  }
  const openWriter = settings.plainFrames ? plainWriter : fastWriter;
  const gateway = new Gateway(http.server, { apps, access, settings, dialects, openWriter });
  const webhooks = startWebhooks(settings.webhooks, apps, trace);
  await topology.start((request) => answerForwarded(http, request));
  await http.listen({ host: settings.host, port: settings.port, backlog: connectsAtOnce });

  const { address: ip, family, port } = http.server.address() as AddressInfo;
  const address = family === 'IPv6' ? `[${ip}]:${port}` : `${ip}:${port}`;
  /** From this machine: one cannot connect to all addresses at once everywhere. */
  const ownHost = address.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]');
  const close = () => {
    closing ??= gateway
      .close()
      .then(() => topology.close())
      .then(() => webhooks.close()) // after all that have events to post
      .then(() => http.close())
      .then(() => metrics.close());
    return closing;
  };
  const url = `http://${address}`;
  const clientUrl = settings.imlib ? (settings.publicUrl ?? url) : undefined;
  const publish = (fields: PublishFields, { appKey }: AppChoice = {}) => {
    const given = fieldsOf(fields);
    const request = orStored(parsePublish(given, settings), given);
    return apps.getForSim(appKey).publisher.publish(request, { via: 'embedded', reported: true });
  };
  const restore = (app: App) => app.hostedClients.restore(ownHost, app.directory, topology.listen);
  const restoring = settings.initialState.map(async ({ appKey }) => restore(apps.getForSim(appKey)));
  await Promise.all(restoring).catch((error) => close().then(() => Promise.reject(error)));
  const simulator: Omit<Simulator, 'publish' | 'presence'> = {
    url,
    wsUrl: `ws://${address}${connectPath}`,
    dial() {
      const [client, server] = InProcessSocket.pair();
      http.server.emit('connection', server);
      return client;
    },
    app(appKey) {
      const app = apps.getForSim(appKey);
      const local = topology.localOf(app);
      return controlOf({
        ...local,
        reset() {
          local.reset();
          return restore(app);
        },
        settle: (timeoutMs) => app.control.settle(timeoutMs),
        trace,
        clientUrl,
        forget: () => apps.forget(app),
      });
    },
    on: (event, listener) => trace.listen(listener as TraceListener, undefined, [event]),
    close,
    [Symbol.asyncDispose]: close,
  };
  if (settings.cluster === undefined) {
    return {
      ...simulator,
      // Nobody else has to be asked, so both are there at once.
      publish: (fields, choice) => outcomeOf(publish(fields, choice) as Published),
      presence: (userId, { appKey } = {}) => apps.getForSim(appKey).directory.presenceOf(userId),
    } satisfies Simulator;
  }
  return {
    ...simulator,
    publish: async (fields, choice) => outcomeOf(await publish(fields, choice)),
    async presence(userId, { appKey } = {}) {
      const { directory } = await apps.look(appKey);
      await directory.catchUp();
      return directory.presenceOf(userId);
    },
  } satisfies ClusterNode;
}

function outcomeOf({ message, report }: Published): PublishOutcome {
  return { messageUIDs: message.recipientUIDs(), report: report! };
}

/** Connections that the system holds until they are accepted; Node's own 511 would turn some of a crowd away. */
const connectsAtOnce = 4096;
