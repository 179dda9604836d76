// Not the globals: a test may have put fake timers there, and the sockets here are real.
import { clearTimeout, setTimeout } from 'node:timers';
import type { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';
import type { Interception } from './deliver.ts';
import type { Settled, Unconfirmed } from './ports.ts';

/** A node's part of a barrier. */
export interface SettledHere extends Settled {
  /** Users whose sessions have not confirmed in time. */
  failed: string[];
}

/** Real time that a client has to answer when the clock is about to jump. */
const answerMs = 1000;

/** Finds out what has arrived, by asking the clients: of one app, on this process. */
export function createBarrier(presence: PresenceRegistry, interception: Interception) {
  /** The clients that answer pings while the clock jumps: no real time passes then in which any could. */
  let alive: ReadonlySet<Session> = new Set();

  const reachable = () => [...presence.sessions()].filter((session) => !interception.active?.stops(session));

  /** Parts the sessions that can confirm what they were handed from those that cannot. */
  function setApart(sessions: Iterable<Session>): [able: Session[], unable: Unconfirmed[]] {
    const able: Session[] = [];
    const unable: Unconfirmed[] = [];
    for (const session of sessions) {
      const why = interception.active?.hindrance(session);
      if (why === undefined) able.push(session);
      else unable.push({ userId: session.userId, sessionId: session.id, why });
    }
    return [able, unable];
  }

  return {
    /**
     * Waits until every session has shown that all handed to it before has arrived. It waits for what is held back,
     * unless the clock is frozen; it does not wait for a session that cannot answer.
     * @param timeoutMs of real time
     */
    async settle(timeoutMs: number): Promise<SettledHere> {
      const [asked, hindered] = setApart(presence.sessions());
      const silent = await confirm(asked, timeoutMs, async (session) =>
        interception.active?.departure(session),
      );
      const [failed, hinderedSince] = setApart(silent);
      return {
        sessions: asked.length - silent.length,
        unconfirmed: [...hindered, ...hinderedSince],
        failed: failed.map(({ userId }) => userId),
      };
    },
    /** Asks every client whether it is there, once for the whole advance. */
    async before(): Promise<void> {
      const silent = new Set(await confirm(reachable(), answerMs));
      alive = new Set(reachable().filter((session) => !silent.has(session)));
    },
    /** Lets what the timers set off arrive. */
    async after(): Promise<void> {
      const asked = alive;
      alive = new Set();
      await confirm(asked, answerMs);
    },
    /** Whether this client would answer a ping at this instant of an advance. */
    answersNow: (session: Session) => alive.has(session),
  };
}

/**
 * Waits until every session has shown, through its own socket, that all handed to it before has arrived.
 * @param timeoutMs of real time: a client answers in its own time, whatever the app's clock says
 * @param departure resolves when all that is held back from a session has been handed to it
 * @returns the sessions that did not
 */
async function confirm(
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
