import { type App, createApp, type LocalApp } from '../app/app.ts';
import type { AppOptions } from '../app/app-parts.ts';
import type { Session } from '../presence/session.ts';
import type { Cluster } from './cluster.ts';
import { ClusterControl } from './cluster-control.ts';
import { clusterDirectory } from './cluster-directory.ts';
import { ClusterPublisher } from './cluster-publisher.ts';
import { ListVersions } from './list-versions.ts';
import { RemoteApp } from './remote-app.ts';
import { ClusterPresence, type RemoteSession } from './remote-presence.ts';

/** An app on all nodes of a cluster, as one of them sees it: the local one, with other ports. */
export interface ClusterApp extends App {
  readonly publisher: ClusterPublisher;
  readonly control: ClusterControl;
  readonly presence: ClusterPresence;
  /** The app on this node. */
  readonly local: LocalApp;
  /** The app on the other nodes. */
  readonly remote: RemoteApp;
  readonly versions: ListVersions;
}

export function createClusterApp(cluster: Cluster, options: AppOptions): ClusterApp {
  const presence = new ClusterPresence(options.settings);
  const local = createApp({ ...options, presence, namespace: cluster.node });
  const remote = new RemoteApp(cluster, local.key);
  const versions = new ListVersions(local);
  local.sessions.observe({
    // Whoever is told that it is online must be so on every node.
    opening: (session) => (remote.isAlone ? undefined : remote.opened(session)),
    closed: (session) => remote.closed(session),
  });
  return {
    ...local,
    publisher: new ClusterPublisher(local, remote, presence.remote),
    directory: clusterDirectory(local, remote, presence.remote),
    control: new ClusterControl(local, remote, versions),
    presence,
    local,
    remote,
    versions,
  };
}

/** A session on another node takes the place of those of its class that are here (B5.2). */
export function evict({ local, remote }: ClusterApp, by: RemoteSession): void {
  local.sessions.evict(by, (session) => remote.isPlaced(session));
}

/** After an outage there is no order of logins: of two sessions of one class the one that was opened later stays. */
export function evictEarlier(app: ClusterApp, by: RemoteSession, isByNodeLater: boolean): void {
  const isLater = ({ openedAt }: Session) => {
    return by.openedAt === openedAt ? isByNodeLater : by.openedAt > openedAt;
  };
  app.local.sessions.evict(by, (session) => app.remote.isPlaced(session) && isLater(session));
}
