import type { LocalApp } from '../app/app.ts';
import { presenceOf } from '../app/directory.ts';
import type { Directory, UserPresence } from '../app/ports.ts';
import type { HostedClientRow } from '../protocol/hosted-client-row.ts';
import type { RemoteApp } from './remote-app.ts';
import type { RemotePresence } from './remote-presence.ts';

/** Who is online on all nodes, as far as this one knows: see `catchUp`. */
export class ClusterDirectory implements Directory {
  readonly #local: LocalApp;
  readonly #remote: RemoteApp;
  readonly #presence: RemotePresence;

  constructor(local: LocalApp, remote: RemoteApp, presence: RemotePresence) {
    this.#local = local;
    this.#remote = remote;
    this.#presence = presence;
  }

  /** Resolves once earlier changes on other nodes are known here. */
  async catchUp(): Promise<void> {
    if (!this.#remote.isAlone) await this.#remote.catchUp();
  }

  isOnline(userId: string): boolean {
    return this.#local.presence.isOnline(userId);
  }

  presenceOf(userId: string): UserPresence {
    const here = this.#local.presence.sessionsOf(userId);
    return presenceOf(userId, [...here, ...this.#presence.sessionsOf(userId)]);
  }

  onlineUsers(): Set<string> {
    return new Set([...this.#local.presence.onlineUsers(), ...this.#presence.users()]);
  }

  /** @throws ApiError 1050 when a node does not answer */
  async hostedClients(): Promise<HostedClientRow[]> {
    const there = this.#remote.isAlone ? [] : await this.#remote.hostedClients();
    return [...this.#local.directory.hostedClients(), ...there];
  }
}
