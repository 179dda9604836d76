import type { Control, Settled } from './app/ports.ts';
import type { Trace } from './app/trace.ts';
import type { AppClock } from './clock/app-clock.ts';
import { fieldsOf } from './core/parameters.ts';
import type { SimEvent } from './core/sim-event.ts';
import type { FaultName, FaultSpec } from './faults/fault.ts';
import { type Aim, aimParameters } from './presence/aim.ts';
import type { LocalParts } from './topology.ts';

/** What a test steers one app with, apart from all others (B4.1). */
export interface AppControl {
  readonly key: string;
  /** Freeze it, advance it, run it to its next timer. */
  readonly clock: Pick<AppClock, 'read' | 'freeze' | 'resume' | 'advance' | 'runToNextTimer'>;
  /**
   * A barrier: resolves when every session has shown that all handed to it before has arrived, but for those that a
   * fault keeps from it.
   * @throws ApiError 1050, naming the users whose clients did not within `timeoutMs` (5000 unless told)
   */
  settle(timeoutMs?: number): Promise<Settled>;
  readonly faults: FaultControl;
  /** What fault keeps this session's client from confirming what was handed to it, as a clause; undefined when none does. */
  hindrance(session: { userId: string; sessionId: string }): string | undefined;
  /** What this user's client logs in with, as from `/user/getToken.json`. @throws ApiError 1002, 1005 */
  token(userId: string): string;
  /** Calls `listener` at each event of this app; returns what ends that. */
  listen(listener: (event: SimEvent) => void): () => void;
  /** At once back to how a new app is; resolves when those whom its initial state has online are so again. */
  reset(): Promise<void>;
  /** Closes every session and, in open mode, forgets the app. */
  close(): void;
}

/** What goes wrong for an app's users, because a test has asked for it (B6.10). */
export interface FaultControl {
  /** Sets a fault, in place of one with the same name and aim; returns all there are. @throws ApiError 1002, 1005 */
  set(fault: FaultSpec): FaultSpec[];
  list(): FaultSpec[];
  /** Removes those with all that is given, or all there are; returns how many. */
  remove(which?: Partial<Aim> & { fault?: FaultName }): number;
}

/** What the handle of an app is made of: what there is of it on this process, and a barrier over all. */
export interface ControlledApp extends LocalParts {
  readonly settle: Control['settle'];
  readonly trace: Trace;
  /** Where clients find this server, if tokens are to tell them. */
  readonly clientUrl: string | undefined;
  /** In open mode the app is as if it had never been. */
  forget(): void;
}

export function controlOf(controlled: ControlledApp): AppControl {
  const { app, faults, reset, settle, trace, clientUrl, forget } = controlled;
  return {
    key: app.key,
    clock: app.clock,
    settle,
    faults: {
      set: (fault) => faults.set(fieldsOf(fault, 'The fault')),
      list: () => faults.list(),
      remove: (which = {}) => faults.remove(fieldsOf(which)),
    },
    hindrance: ({ userId, sessionId }) => {
      const session = app.presence.sessionsOf(userId).find(({ id }) => id === sessionId);
      return session && faults.hindrance(session);
    },
    token: (userId) => app.tokens.issue(aimParameters.userId.read(fieldsOf({ userId })), clientUrl),
    listen: (listener) => trace.listen(listener, app.key),
    reset: async () => reset(),
    close() {
      app.control.close();
      forget();
    },
  };
}
