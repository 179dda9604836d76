import { nanoid } from 'nanoid';
import { nodeOfClient } from '../client-sim/hosted/hosted-clients.ts';
import { type App, createApp, type LocalApp } from './app/app.ts';
import type { AppOptions } from './app/app-parts.ts';
import { Apps } from './app/apps.ts';
import type { Metrics } from './app/metrics.ts';
import type { Listen } from './app/ports.ts';
import { heldPublisher } from './app/publisher.ts';
import type { SimulatorSettings } from './app/settings.ts';
import type { Trace } from './app/trace.ts';
import { redisBroker } from './broker/redis.ts';
import { Cluster } from './cluster/cluster.ts';
import { type ClusterApp, createClusterApp } from './cluster/cluster-app.ts';
import { localNode } from './cluster/local-node.ts';
import { noAnswerInTime } from './cluster/remote-app.ts';
import { TraceRelay } from './cluster/trace-relay.ts';
import type { Fields } from './core/parameters.ts';
import type { FaultSwitch } from './faults/fault.ts';
import { Faults } from './faults/faults.ts';
import type { Forward, ForwardedAnswer, ForwardedRequest } from './http/forward.ts';
import { limits } from './protocol/limits.ts';

/** Real time that another node has to answer a request: longer than a look into an inbox may take. */
const forwardMs = limits.inboxWaitMs + 5000;

/** What all apps of a process have in common, alone or as a node of a cluster. */
export interface Topology {
  readonly apps: Apps;
  readonly listen: Listen;
  /** What there is of an app on this process alone. */
  localOf(app: App): LocalParts;
  faultsOf(app: App): FaultSwitch;
  readonly forward: Forward;
  /** Whether it reaches its own users only, because the other nodes cannot be reached. */
  readonly isDegraded: boolean;
  /** @param answer answers what another node has forwarded */
  start(answer: (request: ForwardedRequest) => Promise<ForwardedAnswer>): Promise<void>;
  close(): Promise<void>;
}

export interface LocalParts {
  readonly app: LocalApp;
  readonly faults: Faults;
  reset(): void | Promise<void>;
}

interface Parts {
  readonly settings: SimulatorSettings;
  readonly trace: Trace;
  readonly metrics: Metrics;
}

/** The one process there is. */
export function standalone(parts: Parts): Topology {
  const { faultsOf, apps } = appsOf(parts, createApp);
  return {
    apps,
    listen: (listener, appKey) => parts.trace.listen(listener, appKey),
    localOf(app) {
      const local = app as LocalApp;
      return { app: local, faults: faultsOf(app), reset: () => local.control.reset() };
    },
    faultsOf,
    forward: () => undefined,
    isDegraded: false,
    async start() {},
    async close() {},
  };
}

/** A node of a cluster. @throws Error when the client of the engine is not installed */
export async function clustered(parts: Parts): Promise<Topology> {
  const { settings, trace, metrics } = parts;
  const cluster = await clusterOf(settings);
  metrics.ofNode(cluster.node);
  const { faultsOf, apps } = appsOf(parts, (options) => createClusterApp(cluster, options));
  const relay = new TraceRelay(cluster, trace);
  let answerForwarded: (request: ForwardedRequest) => Promise<ForwardedAnswer>;
  const node = localNode({
    cluster,
    apps,
    relay,
    commands: {
      fault(app, { body }) {
        const fields = new Map(body.fields as [string, unknown[]][]);
        faultsOf(app)[body.action as FaultAction](fields);
      },
      request: (_, { body }) => answerForwarded(body as unknown as ForwardedRequest),
    },
    deadlineMs: settings.clusterDeadlineMs,
    /** An error of this program's own, which nobody waits for. */
    failed(error) {
      metrics.countersOf('').internalErrors++;
      process.emitWarning(error instanceof Error ? error : String(error));
    },
  });
  return {
    apps,
    listen: (listener, appKey) => relay.listen(listener, appKey),
    localOf(app) {
      const { local, control, versions } = app as ClusterApp;
      return { app: local, faults: faultsOf(app), reset: () => control.resetHere(versions.nextTime()) };
    },
    faultsOf: (app) => onAllNodes(faultsOf(app), app as ClusterApp),
    forward(app, clientId, request) {
      const name = nodeOfClient(clientId);
      if (name === undefined || !cluster.others.includes(name)) return undefined;
      return cluster.requestOne(name, 'request', app.key, request, forwardMs).then(({ bodies: [answer] }) => {
        if (answer === undefined) throw noAnswerInTime();
        return answer as ForwardedAnswer;
      });
    },
    get isDegraded() {
      return !cluster.isUp;
    },
    start(answer) {
      answerForwarded = answer;
      return cluster.start(node);
    },
    close: () => cluster.close(),
  };
}

/** All apps, made by `create`, with their faults. */
function appsOf<A extends App>({ settings, trace, metrics }: Parts, create: (options: AppOptions) => A) {
  const faults = new WeakMap<App, Faults>();
  const isOpen = settings.apps.length === 0;
  const apps = new Apps<A>(settings, (key, secret) => {
    // In open mode a caller makes up the keys: they are no label (B6.11).
    const counters = metrics.countersOf(isOpen ? '' : key);
    const elsewhere = isOpen ? { otherAppOf: (userId: string) => apps.otherAppOf(userId, key) } : {};
    const app = create({ key, secret, settings, trace, counters, ...elsewhere });
    const held = { ...app, publisher: heldPublisher(app) };
    faults.set(held, new Faults(held));
    return held;
  });
  return { apps, faultsOf: (app: App) => faults.get(app)! };
}

type FaultAction = 'set' | 'remove' | 'release';

/** Faults that are set on every node, or on none that does not answer. */
function onAllNodes(faults: Faults, { remote }: ClusterApp): FaultSwitch {
  const everywhere =
    <T>(action: FaultAction, here: (fields: Fields) => T) =>
    async (fields: Fields) => {
      const done = here(fields);
      await remote.require('fault', { action, fields: [...fields] });
      return done;
    };
  return {
    list: () => faults.list(),
    set: everywhere('set', (fields) => faults.set(fields)),
    remove: everywhere('remove', (fields) => faults.remove(fields)),
    release: everywhere('release', (fields) => faults.release(fields)),
  };
}

async function clusterOf(settings: SimulatorSettings): Promise<Cluster> {
  const { cluster, clusterName, nodeName = nanoid(10), clusterDeadlineMs, clusterSilenceMs } = settings;
  const broker = typeof cluster === 'string' ? await redisBroker(cluster, clusterName) : cluster!;
  return new Cluster(nodeName, broker, {
    deadlineMs: clusterDeadlineMs,
    checkMs: Math.min(20, clusterDeadlineMs / 2),
    beatMs: clusterSilenceMs / 3,
    silenceMs: clusterSilenceMs,
  });
}
