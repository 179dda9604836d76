import type { LocalApp } from '../app/app.ts';
import { presenceOf } from '../app/app.ts';
import type { Directory } from '../app/ports.ts';
import type { HostedClientRow } from '../hosted/hosted-client.ts';
import type { RemoteApp } from './remote-app.ts';
import type { RemotePresence } from './remote-presence.ts';

/** Who is online on all nodes, as far as this one knows. */
export function clusterDirectory(local: LocalApp, remote: RemoteApp, there: RemotePresence): Directory {
  const here = local.presence;
  return {
    /** Whoever answers has told all that it had to tell before. */
    catchUp: async () => void (await remote.request('sync')),
    isOnline: (userId) => here.isOnline(userId),
    presenceOf: (userId) => presenceOf(userId, [...here.sessionsOf(userId), ...there.sessionsOf(userId)]),
    onlineUsers: () => new Set([...here.onlineUsers(), ...there.users()]),
    /** @throws ApiError 1050 when a node does not answer */
    async hostedClients() {
      const others = (await remote.require('clients')) as HostedClientRow[][];
      return [...local.hostedClients.list(), ...others.flat()];
    },
  };
}
