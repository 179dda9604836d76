import type { Session } from '../presence/session.ts';
import type { AppParts } from './app-parts.ts';
import type { Directory, UserPresence } from './ports.ts';

/** Who is online on this process. */
export class LocalDirectory implements Directory {
  readonly #app: Pick<AppParts, 'presence' | 'hostedClients'>;

  constructor(app: Pick<AppParts, 'presence' | 'hostedClients'>) {
    this.#app = app;
  }

  /** There is nothing to catch up with. */
  catchUp(): void {}

  isOnline(userId: string): boolean {
    return this.#app.presence.isOnline(userId);
  }

  presenceOf(userId: string): UserPresence {
    return presenceOf(userId, this.#app.presence.sessionsOf(userId));
  }

  onlineUsers(): Set<string> {
    return new Set(this.#app.presence.onlineUsers());
  }

  hostedClients() {
    return this.#app.hostedClients.list();
  }
}

/** A user's presence, by these sessions. */
export function presenceOf(userId: string, all: readonly Omit<Session, 'connection'>[]): UserPresence {
  const sessions = all.map(({ id: sessionId, platform, openedAt }) => {
    return { sessionId, ...(platform === undefined ? {} : { platform }), openedAt };
  });
  return { userId, online: sessions.length > 0, sessions };
}
