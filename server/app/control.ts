import { initialLists } from '../../client-sim/hosted/initial-state.ts';
import { ApiError } from '../core/api-error.ts';
import { type ListChange, listNames } from '../presence/lists.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { AppParts } from './app-parts.ts';
import type { SettledHere } from './barrier.ts';
import type { Control, Disconnection, Settled } from './ports.ts';

/** Real time that clients have to confirm what they received, unless told otherwise. */
export const settleMs = 5000;

/** Changes the state of one app, on this process. */
export interface LocalControl extends Control {
  /** @throws ApiError 1002 when a list would be too long */
  check(changes: readonly ListChange[]): void;
  /** @param at the time that orders the changes of all nodes */
  apply(changes: readonly ListChange[], at?: number): void;
  disconnect(which: Disconnection): number;
  reset(): void;
}

export function localControl(app: AppParts): LocalControl {
  const { sessions, hostedClients, clock, settings } = app;
  const begin = () => {
    const time = clock.now();
    for (const { list, ...given } of initialLists(settings, app.key)) {
      const about = list === 'groups' ? { about: { createdAt: time } } : {};
      app[list].apply({ change: 'add', ...given, time, ...about });
    }
  };
  begin();
  return {
    change(changes) {
      this.check(changes);
      this.apply(changes);
    },
    check(changes) {
      for (const name of listNames) app[name].check(changes.filter(({ list }) => list === name));
    },
    apply(changes, at) {
      for (const change of changes) app[change.list].apply(change, at);
    },
    disconnect({ code, reason = code === undefined ? 'Disconnected by /sim.' : '', ...which }) {
      return sessions.disconnect(which, code ?? closeCodes.disconnected, reason, 'sim');
    },
    settle: async (timeoutMs = settleMs) => settled([await app.barrier.settle(timeoutMs)], timeoutMs),
    steer: (step) => clock.steer(step),
    reset() {
      app.interception.active?.clear(); // first: a session that a fault cuts off would not be told
      sessions.disconnectAll(closeCodes.disconnected, 'The app was reset.');
      hostedClients.clear();
      for (const name of listNames) app[name].clear();
      for (const rate of Object.values(app.rates)) rate.reset();
      app.ids.reset();
      clock.reset();
      begin();
    },
    close() {
      sessions.disconnectAll(closeCodes.shuttingDown, 'The simulator is shutting down.');
      hostedClients.clear();
      app.interception.active?.clear(); // so that the webhook hears of all
      clock.stop();
    },
  };
}

/** The outcome of a barrier, of all its parts. @throws ApiError 1050 when a session has not confirmed in time */
export function settled(parts: readonly SettledHere[], timeoutMs: number): Settled {
  const failed = parts.flatMap((part) => part.failed);
  if (failed.length === 0) {
    const sessions = parts.reduce((sum, part) => sum + part.sessions, 0);
    return { sessions, unconfirmed: parts.flatMap((part) => part.unconfirmed) };
  }
  const users = [...new Set(failed.map((userId) => JSON.stringify(userId)))].slice(0, 10).join(', ');
  throw new ApiError('timedOut', `Not confirmed within ${timeoutMs} ms, in sessions of ${users}.`);
}
