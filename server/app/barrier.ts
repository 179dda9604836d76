import type { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';
import { type SettledHere, settle, type Unconfirmed } from '../presence/settle.ts';
import type { Interception } from './deliver.ts';

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
      const silent = await settle(asked, timeoutMs, async (session) =>
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
      const silent = new Set(await settle(reachable(), answerMs));
      alive = new Set(reachable().filter((session) => !silent.has(session)));
    },
    /** Lets what the timers set off arrive. */
    async after(): Promise<void> {
      const asked = alive;
      alive = new Set();
      await settle(asked, answerMs);
    },
    /** Whether this client would answer a ping at this instant of an advance. */
    answersNow: (session: Session) => alive.has(session),
  };
}
