import type { Session } from '../presence/session.ts';
import { type AppOptions, type AppParts, createParts } from './app-parts.ts';
import { type LocalControl, localControl } from './control.ts';
import type { Control, Directory, Publisher, UserPresence } from './ports.ts';
import { type LocalPublisher, localPublisher } from './publisher.ts';

/** One App-Key and all that it owns: users, sessions, blacklists, groups, rates, time. Nothing crosses apps (B4.1). */
export interface App extends AppParts {
  readonly publisher: Publisher;
  readonly directory: Directory;
  readonly control: Control;
}

/** The app itself: complete, and done with whatever it is asked when the call returns. */
export interface LocalApp extends App {
  readonly publisher: LocalPublisher;
  readonly control: LocalControl;
}

export function createApp(options: AppOptions): LocalApp {
  const parts = createParts(options);
  const { presence, hostedClients } = parts;
  return {
    ...parts,
    publisher: localPublisher(parts),
    directory: {
      catchUp() {}, // there is nothing to catch up with
      isOnline: (userId) => presence.isOnline(userId),
      presenceOf: (userId) => presenceOf(userId, presence.sessionsOf(userId)),
      onlineUsers: () => new Set(presence.onlineUsers()),
      hostedClients: () => hostedClients.list(),
    },
    control: localControl(parts),
  };
}

/** A user's presence, by these sessions. */
export function presenceOf(userId: string, all: readonly Omit<Session, 'connection'>[]): UserPresence {
  const sessions = all.map(({ id: sessionId, platform, openedAt }) => {
    return { sessionId, ...(platform === undefined ? {} : { platform }), openedAt };
  });
  return { userId, online: sessions.length > 0, sessions };
}
