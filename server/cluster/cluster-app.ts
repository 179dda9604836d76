import { type App, createApp, type LocalApp, presenceOf } from '../app/app.ts';
import type { AppOptions } from '../app/app-parts.ts';
import type { Directory } from '../app/ports.ts';
import type { HostedClientRow } from '../hosted/hosted-client.ts';
import type { Session } from '../presence/session.ts';
import type { Cluster } from './cluster.ts';
import { type ClusterControl, clusterControl } from './cluster-control.ts';
import { clusterPublisher } from './cluster-publisher.ts';
import { ListVersions } from './list-versions.ts';
import { type RemoteApp, remoteApp } from './remote-app.ts';
import { ClusterPresence, type RemoteSession } from './remote-presence.ts';

/** An app on all nodes of a cluster, as one of them sees it: the local one, with other ports. */
export interface ClusterApp extends App {
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
  const remote = remoteApp(cluster, local.key);
  const versions = new ListVersions(local);
  local.sessions.observe({
    // A client may be told that it is online only once it is so on every node.
    opening: (session) => (remote.isAlone ? undefined : remote.opened(session)),
    closed: (session) => remote.closed(session),
  });
  /** What is known on all nodes, as far as this one has been told. */
  const directory: Directory = {
    /** A node that answers has told all that it had to tell before. */
    catchUp: async () => void (await remote.request('sync')),
    isOnline: (userId) => presence.isOnline(userId),
    presenceOf: (userId) =>
      presenceOf(userId, [...presence.sessionsOf(userId), ...presence.remote.sessionsOf(userId)]),
    onlineUsers: () => new Set([...presence.onlineUsers(), ...presence.remote.users()]),
    /** @throws ApiError 1050 when a node does not answer */
    async hostedClients() {
      const others = (await remote.require('clients')) as HostedClientRow[][];
      return [...local.hostedClients.list(), ...others.flat()];
    },
  };
  const publisher = clusterPublisher(local, remote, presence.remote);
  const control = clusterControl(local, remote, versions);
  return { ...local, publisher, directory, control, presence, local, remote, versions };
}

/** A session on another node takes the place of those of its class that are here (B5.2). */
export function evict({ local, remote }: ClusterApp, by: RemoteSession): void {
  local.sessions.evict(by, (session) => remote.isPlaced(session));
}

/** After an outage there is no order of logins: of two sessions of one class the one that was opened later stays. */
export function evictEarlier({ local, remote }: ClusterApp, by: RemoteSession, isByNodeLater: boolean): void {
  const isEarlier = ({ openedAt }: Session) =>
    openedAt === by.openedAt ? isByNodeLater : openedAt < by.openedAt;
  local.sessions.evict(by, (session) => remote.isPlaced(session) && isEarlier(session));
}
