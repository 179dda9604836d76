import type { HostedClients } from '../hosted/hosted-clients.ts';
import type { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';
import type { HostedClientRow } from '../protocol/hosted-client-row.ts';
import type { Directory, UserPresence } from './ports.ts';

/** Who is online on this process. */
export class LocalDirectory implements Directory {
  readonly #presence: PresenceRegistry;
  readonly #hosted: HostedClients;

  constructor(presence: PresenceRegistry, hosted: HostedClients) {
    this.#presence = presence;
    this.#hosted = hosted;
  }

  /** There is nothing to catch up with. */
  catchUp(): void {}

  isOnline(userId: string): boolean {
    return this.#presence.isOnline(userId);
  }

  presenceOf(userId: string): UserPresence {
    return presenceOf(userId, this.#presence.sessionsOf(userId));
  }

  onlineUsers(): Set<string> {
    return new Set(this.#presence.onlineUsers());
  }

  hostedClients(): HostedClientRow[] {
    return this.#hosted.list();
  }
}

/** A user's presence, by these sessions. */
export function presenceOf(userId: string, all: readonly Omit<Session, 'connection'>[]): UserPresence {
  const sessions = all.map(({ id: sessionId, platform, openedAt }) => {
    return { sessionId, ...(platform === undefined ? {} : { platform }), openedAt };
  });
  return { userId, online: sessions.length > 0, sessions };
}
