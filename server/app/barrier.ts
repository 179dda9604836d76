import type { AdvanceHooks } from '../clock/app-clock.ts';
import type { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';
import { type SettledHere, settle, type Unconfirmed } from '../presence/settle.ts';
import type { Interception } from './interceptor.ts';

/** Finds out what has arrived, by asking the clients: of one app, on this process. */
export class Barrier implements AdvanceHooks {
  readonly #presence: PresenceRegistry;
  readonly #interception: Interception;
  /** Who answers pings, while the clock jumps: no real time passes then in which anybody could. */
  #alive: ReadonlySet<Session> = new Set();

  constructor(presence: PresenceRegistry, interception: Interception) {
    this.#presence = presence;
    this.#interception = interception;
  }

  /**
   * Waits until every session has shown that all handed to it before has arrived. It waits for what is held back,
   * unless the clock is frozen; it does not wait for a session that cannot answer.
   * @param timeoutMs of real time
   */
  async settle(timeoutMs: number): Promise<SettledHere> {
    const [asked, hindered] = this.#setApart(this.#presence.sessions());
    const silent = await settle(asked, timeoutMs, async (session) =>
      this.#interception.active?.departure(session),
    );
    const [failed, hinderedSince] = this.#setApart(silent);
    return {
      sessions: asked.length - silent.length,
      unconfirmed: [...hindered, ...hinderedSince],
      failed: failed.map(({ userId }) => userId),
    };
  }

  /** Asks every client whether it is there, once for the whole advance. */
  async before(): Promise<void> {
    const reachable = () =>
      [...this.#presence.sessions()].filter((session) => !this.#interception.active?.stops(session));
    const silent = new Set(await settle(reachable(), answerMs));
    this.#alive = new Set(reachable().filter((session) => !silent.has(session)));
  }

  /** Lets what the timers set off arrive. */
  async after(): Promise<void> {
    const alive = this.#alive;
    this.#alive = new Set();
    await settle(alive, answerMs);
  }

  /** Whether this client would answer a ping at this instant of an advance. */
  answersNow(session: Session): boolean {
    return this.#alive.has(session);
  }

  /** Who can confirm what they were handed, and who cannot. */
  #setApart(sessions: Iterable<Session>): [able: Session[], unable: Unconfirmed[]] {
    const able: Session[] = [];
    const unable: Unconfirmed[] = [];
    for (const session of sessions) {
      const why = this.#interception.active?.hindrance(session);
      if (why === undefined) able.push(session);
      else unable.push({ userId: session.userId, sessionId: session.id, why });
    }
    return [able, unable];
  }
}

/** Real time that a client has to answer when the clock is about to jump. */
const answerMs = 1000;
