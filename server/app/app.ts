import type { PresenceRegistry } from '../presence/registry.ts';
import { type AppOptions, type AppParts, createParts } from './app-parts.ts';
import { type LocalControl, localControl } from './control.ts';
import type { Control, Directory, Publisher, UserPresence } from './ports.ts';
import { LocalPublisher } from './publisher.ts';

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
    publisher: new LocalPublisher(parts),
    directory: {
      catchUp() {}, // there is nothing to catch up with
      isOnline: (userId) => presence.isOnline(userId),
      presenceOf: (userId) => presenceOf(userId, presence),
      onlineUsers: () => new Set(presence.onlineUsers()),
      hostedClients: () => hostedClients.list(),
    },
    control: localControl(parts),
  };
}

/** A user's presence, wherever the sessions are. */
function presenceOf(userId: string, presence: PresenceRegistry): UserPresence {
  const all = [...presence.sessionsOf(userId), ...presence.elsewhere(userId)];
  const sessions = all.map(({ id: sessionId, platform, openedAt }) => {
    return { sessionId, ...(platform === undefined ? {} : { platform }), openedAt };
  });
  return { userId, online: sessions.length > 0, sessions };
}
