// Not the globals: a test may have put fake timers there, and the sockets here are real.
import { clearTimeout, setTimeout } from 'node:timers';
import type { Session } from './session.ts';

/** The outcome of a barrier. */
export interface Settled {
  /** Sessions that have confirmed. */
  sessions: number;
  /** Sessions that a fault keeps from confirming; they are not awaited (B6.7). */
  unconfirmed: Unconfirmed[];
}

export interface Unconfirmed {
  userId: string;
  sessionId: string;
  /** A clause that names the fault. */
  why: string;
}

/** A node's part of it. */
export interface SettledHere extends Settled {
  /** Users whose sessions have not confirmed in time. */
  failed: string[];
}

/**
 * Waits until every session has shown, through its own socket, that all handed to it before has arrived.
 * @param timeoutMs of real time: a client answers in its own time, whatever the app's clock says
 * @param departure resolves when all that is held back from a session has been handed to it
 * @returns the sessions that did not
 */
export async function settle(
  sessions: Iterable<Session>,
  timeoutMs: number,
  departure?: (session: Session) => Promise<void>,
): Promise<Session[]> {
  const waiting = new Set(sessions);
  const confirmations = [...waiting].map(async (session) => {
    await departure?.(session);
    await session.connection.confirm();
    waiting.delete(session);
  });
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.all(confirmations), timeUp]);
  clearTimeout(timer);
  return [...waiting];
}
