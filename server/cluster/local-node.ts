import type { Apps } from '../app/apps.ts';
import type { ListState } from '../presence/lists.ts';
import type { Cluster, ClusterHost } from './cluster.ts';
import { type ClusterApp, evict } from './cluster-app.ts';
import { type Command, commands } from './commands.ts';
import type { RemoteSession } from './remote-presence.ts';
import type { TraceRelay } from './trace-relay.ts';

/** What a node says of itself to one that does not know it, about one app. */
interface AppState {
  app: string;
  sessions?: RemoteSession[];
  lists?: ListState[];
  /** When the lists were last cleared. */
  clearedAt?: number;
  /** Whether the node subscribes to what happens to the app. */
  listens?: true;
}

/** What a node needs of the program that makes it one. */
interface LocalNodeScene {
  readonly cluster: Cluster;
  readonly apps: Apps<ClusterApp>;
  readonly relay: TraceRelay;
  /** Further commands, by their kind. */
  readonly commands: Readonly<Record<string, Command>>;
  readonly deadlineMs: number;
  failed(error: unknown): void;
}

/** Commands that make no app. */
const looks = new Set(['sync', 'clients', 'request', 'closed']);

/** Sessions, or lists, in one part of the state. */
const partItems = 1000;

/** This process, as a node of a cluster: carries out what the others say, and tells them what they have to know. */
export function localNode(scene: LocalNodeScene): ClusterHost {
  const { cluster, apps, relay, deadlineMs, failed, ...more } = scene;
  const allCommands = { ...commands, ...more.commands };
  /** Longest a publish may have been under way: its sender must still be waiting for the answer (B1.9). */
  const latestMs = deadlineMs * 0.6;

  /** What this node has sent to all has come to its place in the order of all. */
  function receiveOwn(kind: string, appKey: string, body: Record<string, unknown>): void {
    const app = apps.find(appKey, true);
    if (kind === 'opened') app?.remote.placed(String(body.id));
    if (kind === 'change') app?.remote.changed(Number(body.at));
  }

  return {
    receive({ from, kind, app: appKey, body: anything }, lateMs) {
      if (appKey === undefined) return undefined;
      const body = Object(anything);
      if (from === cluster.node) return receiveOwn(kind, appKey, body);
      if (relay.receive(from, kind, appKey, anything)) return undefined;
      const app = apps.find(appKey, looks.has(kind));
      if (app === undefined || !Object.hasOwn(allCommands, kind)) return undefined;
      // Its sender may have answered without this node; whoever then passes a barrier must have seen all (B1.9).
      const isTooLate = lateMs > latestMs || [body.without].flat().includes(cluster.node);
      return allCommands[kind]!(app, { from, body, isTooLate });
    },
    state() {
      const listened = [...relay.apps].map((app): AppState => ({ app, listens: true }));
      const parts = [...[...apps].flatMap(stateOf), ...listened];
      return parts.length === 0 ? [null] : parts;
    },
    adopt(node, state) {
      const parts = state.filter((part): part is AppState => typeof Object(part).app === 'string');
      const sessions = new Map([...apps].map((app): [ClusterApp, RemoteSession[]] => [app, []]));
      relay.unsubscribe(node);
      for (const part of parts) {
        if (part.listens) relay.subscribe(node, part.app);
        const app = part.listens ? undefined : apps.find(part.app);
        if (app === undefined) continue;
        sessions.set(app, [...(sessions.get(app) ?? []), ...(part.sessions ?? [])]);
        app.versions.clear(part.clearedAt ?? 0);
        for (const list of part.lists ?? []) app.versions.adopt(list);
      }
      for (const [app, there] of sessions) {
        app.presence.remote.replace(node, there);
        for (const by of there) {
          // After an outage there is no order of logins: of two sessions of one class, the one opened later stays.
          evict(app, by, ({ openedAt: at }) => (at === by.openedAt ? node > cluster.node : at < by.openedAt));
        }
      }
    },
    hide(node) {
      for (const app of apps) app.presence.remote.hide(node);
    },
    forget(node) {
      for (const app of apps) app.presence.remote.forget(node);
      relay.unsubscribe(node);
    },
    failed,
  };
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
  const count = Math.ceil(items.length / partItems);
  return Array.from({ length: count }, (_, part) => items.slice(part * partItems, (part + 1) * partItems));
}
