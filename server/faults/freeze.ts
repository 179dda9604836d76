import { type Fields, userId } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import type { Fault, FaultScene, FaultSpec } from './fault.ts';

/**
 * The client stops reading: what is handed to the sessions that the user has now piles up to its budget, and then is
 * dropped with `backpressure` (B1.12). Pings pile up, too, so in the end a heartbeat takes the client for dead (B5.7).
 */
export class Freeze implements Fault {
  readonly userId: string;
  readonly effect = 'the fault freeze keeps the client from reading';
  readonly #scene: FaultScene;
  #sessions: readonly Session[] = [];

  constructor(fields: Fields, scene: FaultScene) {
    this.userId = userId(fields, 'userId');
    this.#scene = scene;
  }

  list(): FaultSpec {
    return { fault: 'freeze', userId: this.userId };
  }

  begin(): void {
    this.#sessions = this.#scene.presence.sessionsOf(this.userId);
    for (const { connection } of this.#sessions) connection.freeze(true);
  }

  end(): void {
    for (const { connection } of this.#sessions) connection.freeze(false);
  }

  concerns(): boolean {
    return this.#scene.presence.sessionsOf(this.userId).some((session) => this.stops(session));
  }

  stops(session: Session): boolean {
    return this.#sessions.includes(session);
  }
}
