import type { Trace, TraceListener } from '../app/trace.ts';
import type { Cluster, ClusterHost } from './cluster.ts';
import { type ClusterApp, evictEarlier } from './cluster-app.ts';
import { type Command, commands } from './commands.ts';
import type { Message } from './link.ts';
import type { ListState } from './list-versions.ts';
import type { RemoteSession } from './remote-presence.ts';
import { TraceRelay } from './trace-relay.ts';

/** What a node says of itself to one that does not know it, about one app. */
interface AppState {
  app: string;
  sessions?: RemoteSession[];
  lists?: ListState[];
  /** When the lists were last cleared. */
  clearedAt?: number;
  /** Whether it wants to hear what happens to the app. */
  listens?: true;
}

/** What a node needs of the program that makes it one. */
export interface LocalNodeScene {
  readonly cluster: Cluster;
  readonly trace: Trace;
  /** All apps of this node. */
  apps(): Iterable<ClusterApp>;
  /** The app that another node means; undefined when there is none, and none can be made. */
  find(appKey: string): ClusterApp | undefined;
  /** Further commands, by their kind. */
  readonly commands: Readonly<Record<string, Command>>;
  readonly deadlineMs: number;
  failed(error: unknown): void;
}

/** Sessions, or lists, in one part of the state. */
const partItems = 1000;

/** This process, as a node of a cluster: carries out what the others say, and tells them what they have to know. */
export class LocalNode implements ClusterHost {
  readonly #scene: LocalNodeScene;
  readonly #commands: Readonly<Record<string, Command>>;
  readonly #relay: TraceRelay;
  /** Longest a publish may have been under way: its sender must still be waiting for the answer (B1.9). */
  readonly #latestMs: number;

  constructor(scene: LocalNodeScene) {
    this.#scene = scene;
    this.#commands = { ...commands, ...scene.commands };
    this.#relay = new TraceRelay(scene.cluster, scene.trace);
    this.#latestMs = scene.deadlineMs * 0.6;
  }

  /** Calls `listener` at each event of this app on any node; resolves when every node knows of it. */
  listen(listener: TraceListener, appKey: string): Promise<() => void> {
    return this.#relay.listen(listener, appKey);
  }

  receive({ from, kind, app: appKey, body: anything }: Message, lateMs: number): unknown {
    if (appKey === undefined) return undefined;
    const { node } = this.#scene.cluster;
    const body = Object(anything);
    if (from === node) return this.#receiveOwn(kind, appKey, body);
    if (this.#relay.receive(from, kind, appKey, anything)) return undefined;
    const app = this.#scene.find(appKey);
    if (app === undefined || !Object.hasOwn(this.#commands, kind)) return undefined;
    // If its sender may have answered without this node, whoever then passes a barrier must have seen all (B1.9).
    const isTooLate = lateMs > this.#latestMs || [body.without].flat().includes(node);
    return this.#commands[kind]!(app, { from, body, isTooLate });
  }

  state(): unknown[] {
    const parts: AppState[] = [...this.#scene.apps()].flatMap((app) => stateOf(app));
    for (const app of this.#relay.apps) parts.push({ app, listens: true });
    return parts.length === 0 ? [null] : parts;
  }

  adopt(node: string, state: readonly unknown[]): void {
    const parts = state.filter((part): part is AppState => typeof Object(part).app === 'string');
    const sessions = new Map<ClusterApp, RemoteSession[]>([...this.#scene.apps()].map((app) => [app, []]));
    this.#relay.unsubscribe(node);
    for (const part of parts) {
      if (part.listens) this.#relay.subscribe(node, part.app);
      const app = this.#scene.find(part.app);
      if (app === undefined) continue;
      sessions.set(app, [...(sessions.get(app) ?? []), ...(part.sessions ?? [])]);
      app.versions.clear(part.clearedAt ?? 0);
      for (const list of part.lists ?? []) app.versions.adopt(list);
    }
    for (const [app, there] of sessions) {
      app.presence.remote.replace(node, there);
      for (const session of there) evictEarlier(app, session, node > this.#scene.cluster.node);
    }
  }

  hide(node: string): void {
    for (const app of this.#scene.apps()) app.presence.remote.hide(node);
  }

  forget(node: string): void {
    for (const app of this.#scene.apps()) app.presence.remote.forget(node);
    this.#relay.unsubscribe(node);
  }

  failed(error: unknown): void {
    this.#scene.failed(error);
  }

  /** What this node has sent to all has come to its place in the order of all. */
  #receiveOwn(kind: string, appKey: string, body: Record<string, unknown>): void {
    const app = this.#scene.find(appKey);
    if (kind === 'opened') app?.remote.placed(String(body.id));
    if (kind === 'change') app?.remote.changed(Number(body.at));
  }
}

/** All that another node must know of an app, in parts. */
function stateOf({ key, presence, versions }: ClusterApp): AppState[] {
  const sessions = [...presence.sessions()].map(({ connection: _, ...session }) => session);
  const { clearedAt } = versions;
  return [
    { app: key, ...(clearedAt === 0 ? {} : { clearedAt }) },
    ...inParts(sessions).map((part) => ({ app: key, sessions: part })),
    ...inParts([...versions.state()]).map((part) => ({ app: key, lists: part })),
  ];
}

function inParts<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += partItems)
    parts.push(items.slice(start, start + partItems));
  return parts;
}
