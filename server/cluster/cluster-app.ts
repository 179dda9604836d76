import type { HostedClientRow } from '../../client-sim/hosted/hosted-client.ts';
import { type App, createApp, type LocalApp } from '../app/app.ts';
import type { AppOptions } from '../app/app-parts.ts';
import type { SettledHere } from '../app/barrier.ts';
import { settled, settleMs } from '../app/control.ts';
import type { Control, Directory } from '../app/ports.ts';
import type { Session } from '../presence/session.ts';
import type { Cluster } from './cluster.ts';
import { clusterPublisher } from './cluster-publisher.ts';
import { type DatedChanges, ListVersions } from './list-versions.ts';
import { type RemoteApp, remoteApp } from './remote-app.ts';
import { ClusterPresence, type RemoteSession } from './remote-presence.ts';

/** Real time that the other nodes have to steer a clock: it fires what is due, and waits for what comes of it. */
const steerMs = 60_000;

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

/** Changes the state of one app on all nodes. Most methods throw ApiError 1050 when a node does not answer. */
interface ClusterControl extends Control {
  /** On this node. */
  apply(changes: DatedChanges): void;
  /** On this node, as of this time: lists that another one has changed later stay. */
  resetHere(at: number): void;
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
    ...local.directory,
    /** A node that answers has told all that it had to tell before. */
    catchUp: async () => void (await remote.request('sync')),
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

function clusterControl(local: LocalApp, remote: RemoteApp, versions: ListVersions): ClusterControl {
  const { control } = local;
  return {
    async change(changes) {
      control.check(changes);
      const dated = { changes, at: versions.nextTime() };
      if (remote.isAlone || changes.length === 0) this.apply(dated);
      else await remote.change(dated, () => this.apply(dated));
    },
    apply(dated) {
      control.apply(dated.changes, dated.at);
      versions.note(dated);
    },
    async disconnect(which) {
      const here = control.disconnect(which);
      const { bodies } = await remote.request('disconnect', which);
      return bodies.filter(Number.isInteger).reduce<number>((sum, there) => sum + Number(there), here);
    },
    async settle(timeoutMs = settleMs) {
      const there = remote.require('settle', { timeoutMs }, timeoutMs) as Promise<SettledHere[]>;
      const [here, others] = await Promise.all([local.barrier.settle(timeoutMs), there]);
      return settled([here, ...others], timeoutMs);
    },
    async steer(step) {
      const there = remote.require('steer', step, steerMs);
      const [reading] = await Promise.all([local.clock.steer(step), there]);
      return reading;
    },
    async reset() {
      const at = versions.nextTime();
      this.resetHere(at);
      await remote.require('reset', { at });
    },
    resetHere(at) {
      const later = versions.changedAfter(at);
      versions.clear(at);
      control.reset(); // which brings back the lists of the initial state
      for (const state of later) local[state.list].put(state.id, state);
    },
    close: () => control.close(),
  };
}

/** A session on another node takes the place of those of its class that are here and came earlier (B5.2). */
export function evict(
  { local, remote }: ClusterApp,
  by: RemoteSession,
  isEarlier = (_: Session) => true,
): void {
  local.sessions.evict(by, (session) => remote.isPlaced(session) && isEarlier(session));
}
