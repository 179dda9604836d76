import { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';

/** A session on another node: what there is to know of it. */
export type RemoteSession = Omit<Session, 'connection'>;

/** The sessions of one node, by user and then by id. */
type Sessions = Map<string, Map<string, RemoteSession>>;

/** Who is online, on this node or, as far as it knows, on another one. */
export class ClusterPresence extends PresenceRegistry {
  readonly remote = new RemotePresence((userId, change) => this.change(userId, change));

  override isOnline(userId: string): boolean {
    return super.isOnline(userId) || this.remote.has(userId);
  }

  override elsewhere(userId: string): RemoteSession[] {
    return this.remote.sessionsOf(userId);
  }
}

/** Who is online on the other nodes, as they have told. The truth is theirs: nothing is delivered by this. */
export class RemotePresence {
  readonly #nodes = new Map<string, Sessions>();
  /** Sessions of silent nodes: they do not count as online, and nobody knows better. */
  readonly #hidden = new Map<string, Sessions>();
  readonly #onChange: (userId: string, change: () => void) => void;

  /** @param onChange carries out a change that may bring this user online, or take it offline */
  constructor(onChange: (userId: string, change: () => void) => void) {
    this.#onChange = onChange;
  }

  /** Whether there may be users on nodes that do not answer. */
  get hasHidden(): boolean {
    return this.#hidden.size > 0;
  }

  has(userId: string): boolean {
    return holds(this.#nodes, userId);
  }

  /** Whether a node that does not answer had this user. */
  isHidden(userId: string): boolean {
    return holds(this.#hidden, userId);
  }

  sessionsOf(userId: string): RemoteSession[] {
    return [...this.#nodes.values()].flatMap((sessions) => [...(sessions.get(userId)?.values() ?? [])]);
  }

  *users(): IterableIterator<string> {
    for (const sessions of this.#nodes.values()) yield* sessions.keys();
  }

  opened(node: string, session: RemoteSession): void {
    const sessions = this.#nodes.get(node) ?? this.#hidden.get(node) ?? this.#add(node);
    this.#onChange(session.userId, () => put(sessions, session));
  }

  closed(node: string, userId: string, sessionId: string): void {
    const sessions = this.#nodes.get(node) ?? this.#hidden.get(node);
    const ofUser = sessions?.get(userId);
    if (sessions === undefined || ofUser === undefined) return;
    this.#onChange(userId, () => {
      ofUser.delete(sessionId);
      if (ofUser.size === 0) sessions.delete(userId);
    });
  }

  /** All sessions of a node, in place of all that was known of it. */
  replace(node: string, sessions: readonly RemoteSession[]): void {
    const next: Sessions = new Map();
    for (const session of sessions) put(next, session);
    this.#hidden.delete(node);
    this.#exchange(node, next);
  }

  /** A node is silent. */
  hide(node: string): void {
    const sessions = this.#nodes.get(node);
    if (sessions === undefined) return;
    this.#hidden.set(node, new Map(sessions));
    this.#exchange(node, new Map());
    this.#nodes.delete(node);
  }

  /** A node is gone. */
  forget(node: string): void {
    this.#hidden.delete(node);
    this.#exchange(node, new Map());
    this.#nodes.delete(node);
  }

  #add(node: string): Sessions {
    const sessions: Sessions = new Map();
    this.#nodes.set(node, sessions);
    return sessions;
  }

  /** User by user, so that no watcher is told of a user who is in both. */
  #exchange(node: string, next: Sessions): void {
    const sessions = this.#nodes.get(node) ?? this.#add(node);
    for (const userId of new Set([...sessions.keys(), ...next.keys()])) {
      const ofUser = next.get(userId);
      this.#onChange(userId, () => {
        if (ofUser === undefined) sessions.delete(userId);
        else sessions.set(userId, ofUser);
      });
    }
  }
}

function holds(nodes: ReadonlyMap<string, Sessions>, userId: string): boolean {
  for (const sessions of nodes.values()) if (sessions.has(userId)) return true;
  return false;
}

function put(sessions: Sessions, session: RemoteSession): void {
  const { userId, id } = session;
  sessions.set(userId, (sessions.get(userId) ?? new Map()).set(id, session));
}
