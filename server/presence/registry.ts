import { limitExceeded } from '../core/api-error.ts';
import { replaces, type Session } from './session.ts';

/** Called when a user comes online with a first session, or goes offline with the last (B1.1). */
export type PresenceListener = (userId: string, online: boolean) => void;

/** How many sessions there may be at once. */
interface SessionLimits {
  readonly sessionsPerApp: number;
  readonly sessionsPerUser: number;
}

/** Who is online on this process. A user with no session costs nothing. */
export class PresenceRegistry {
  // The lists are never changed in place: a plan may still hold one.
  readonly #sessions = new Map<string, readonly Session[]>();
  readonly #watchers = new Map<string, Set<PresenceListener>>();
  readonly #limits: SessionLimits;
  #sessionCount = 0;

  constructor(limits: SessionLimits = { sessionsPerApp: Infinity, sessionsPerUser: Infinity }) {
    this.#limits = limits;
  }

  onlineUsers(): IterableIterator<string> {
    return this.#sessions.keys();
  }

  isOnline(userId: string): boolean {
    return this.#sessions.has(userId);
  }

  *sessions(): IterableIterator<Session> {
    for (const sessions of this.#sessions.values()) yield* sessions;
  }

  sessionsOf(userId: string): readonly Session[] {
    return this.#sessions.get(userId) ?? none;
  }

  /** Sessions that this process knows of and does not hold. */
  elsewhere(_userId: string): readonly Omit<Session, 'connection'>[] {
    return none;
  }

  /**
   * Registers a session and returns the one it replaces; the user stays online throughout.
   * @throws ApiError 1002 when there are too many
   */
  open(session: Session): Session | undefined {
    const current = this.sessionsOf(session.userId);
    const replaced = current.find((other) => replaces(session, other));
    if (replaced === undefined) {
      const { sessionsPerApp, sessionsPerUser } = this.#limits;
      if (current.length >= sessionsPerUser)
        throw limitExceeded('The user has too many sessions', sessionsPerUser, 'sessionsPerUser');
      if (this.#sessionCount >= sessionsPerApp)
        throw limitExceeded('The app has too many sessions', sessionsPerApp, 'sessionsPerApp');
      this.#sessionCount++;
    }
    this.change(session.userId, () => {
      this.#sessions.set(session.userId, [...current.filter((other) => other !== replaced), session]);
    });
    return replaced;
  }

  /** Ends a session; false when it had ended before. */
  end(session: Session): boolean {
    const current = this.sessionsOf(session.userId);
    if (!current.includes(session)) return false;
    this.#sessionCount--;
    const left = current.filter((other) => other !== session);
    this.change(session.userId, () => {
      if (left.length > 0) this.#sessions.set(session.userId, left);
      else this.#sessions.delete(session.userId);
    });
    return true;
  }

  /** Tells `listener` of each change of this user's presence, until the returned function is called. */
  watch(userId: string, listener: PresenceListener): () => void {
    const watchers = this.#watchers.get(userId) ?? new Set();
    this.#watchers.set(userId, watchers.add(listener));
    return () => {
      if (watchers.delete(listener) && watchers.size === 0) this.#watchers.delete(userId);
    };
  }

  /** Carries out a change, and notifies the watchers if the user comes online or goes offline by it. */
  protected change(userId: string, change: () => void): void {
    const was = this.isOnline(userId);
    change();
    const is = this.isOnline(userId);
    if (was === is) return;
    for (const listener of [...(this.#watchers.get(userId) ?? [])]) listener(userId, is);
  }
}

const none: readonly Session[] = [];
