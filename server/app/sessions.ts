import type { Clock } from '../clock/app-clock.ts';
import type { Counters } from '../core/counters.ts';
import { type Aim, isAimedAt } from '../presence/aim.ts';
import type { Logins } from '../presence/logins.ts';
import type { PresenceRegistry } from '../presence/registry.ts';
import { replaces, type Session } from '../presence/session.ts';
import { type CloseCode, closeCodes } from '../protocol/close-codes.ts';
import type { Ids } from './ids.ts';
import type { AppTrace } from './trace.ts';

/** Is told of sessions before the trace is, and before one that was replaced is closed. */
export interface SessionObserver {
  /** The client is told that it is connected once the promise has resolved, if there is one. */
  opening(session: Session): Promise<void> | undefined;
  closed(session: Session): void;
}

/** Opens and ends the sessions of one app, on this process (B1.1, B5.2). */
export function createSessions(
  presence: PresenceRegistry,
  clock: Clock,
  counters: Counters,
  ids: Ids,
  trace: AppTrace,
  logins: Logins,
) {
  let observer: SessionObserver | undefined;

  function noteClosed(session: Session, code: number, by?: 'sim'): void {
    observer?.closed(session);
    trace.session(session, 'closed', code, by);
  }

  function kick(session: Session): void {
    counters.kicks++;
    noteClosed(session, closeCodes.kicked);
    session.connection.close(closeCodes.kicked, 'Another login of the same class of platform.');
  }

  const sessions = {
    observe(by: SessionObserver): void {
      observer = by;
    },
    /**
     * Brings a user online, and kicks the session whose place the new one takes (B5.2).
     * @throws BlockedUser, or ApiError 1002 when there are too many sessions
     */
    open(login: Omit<Session, 'id' | 'openedAt'>): Session {
      const refusal = logins.refusal(login.userId);
      if (refusal !== undefined) throw refusal;
      const session: Session = { id: ids.session(), openedAt: clock.now(), ...login };
      const replaced = presence.open(session);
      counters.sessions += replaced === undefined ? 1 : 0;
      const opening = observer?.opening(session);
      if (opening !== undefined) session.connection.buffer(true);
      // Before the session is traced: a listener might publish to it.
      session.connection.greet(session);
      void opening?.then(() => session.connection.buffer(false));
      trace.session(session, 'opened');
      if (replaced !== undefined) kick(replaced);
      return session;
    },
    /** Ends a session whose connection is closing or gone. Doing so twice is harmless. */
    end(session: Session, code: number, by?: 'sim'): void {
      if (!presence.end(session)) return;
      counters.sessions--;
      noteClosed(session, code, by);
    },
    /** Ends those sessions of a user whose place a login elsewhere takes (B5.2). */
    evict(by: Pick<Session, 'userId' | 'platform'>, isEarlier: (session: Session) => boolean): void {
      for (const session of presence.sessionsOf(by.userId)) {
        if (!replaces(by, session) || !isEarlier(session)) continue;
        presence.end(session);
        counters.sessions--;
        kick(session);
      }
    },
    /** Closes sessions of a user; returns how many. */
    disconnect(which: Aim, code: number, reason: string, by?: 'sim'): number {
      const sessions = presence.sessionsOf(which.userId).filter((session) => isAimedAt(which, session));
      for (const session of sessions) {
        this.end(session, code, by);
        session.connection.close(code, reason);
      }
      return sessions.length;
    },
    disconnectAll(code: CloseCode, reason: string): void {
      for (const userId of [...presence.onlineUsers()]) this.disconnect({ userId }, code, reason);
    },
  };
  logins.onBlock = (userId, { message }) => sessions.disconnect({ userId }, closeCodes.blocked, message);
  return sessions;
}
