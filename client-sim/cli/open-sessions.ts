import type { SessionEvent, SimEvent } from '../../server/index.ts';

/** The sessions that are open, as the events of one process tell. */
export class OpenSessions {
  /** By app and user, and then by id. */
  readonly #sessions = new Map<string, Map<string, SessionEvent>>();

  constructor(opened: Iterable<SessionEvent> = []) {
    for (const event of opened) this.note(event);
  }

  /** What opened each of them. */
  *[Symbol.iterator](): IterableIterator<SessionEvent> {
    for (const ofUser of this.#sessions.values()) yield* ofUser.values();
  }

  note(event: SimEvent): void {
    if (event.event !== 'session') return;
    const user = userOf(event);
    const ofUser = this.#sessions.get(user) ?? new Map<string, SessionEvent>();
    if (event.state === 'opened') this.#sessions.set(user, ofUser.set(event.sessionId, event));
    else if (ofUser.delete(event.sessionId) && ofUser.size === 0) this.#sessions.delete(user);
  }

  /** Whether the user of this event has a session here. */
  hasUserOf(event: SessionEvent): boolean {
    return this.#sessions.has(userOf(event));
  }
}

const userOf = ({ appKey, userId }: SessionEvent) => JSON.stringify([appKey, userId]);
