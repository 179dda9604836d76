import { type Fields, userId } from '../core/parameters.ts';
import type { Connection, Session } from '../presence/session.ts';
import type { Fault, FaultScene, FaultSpec } from './fault.ts';

/** What happens to the sessions that a user has when it is set. Those opened later are sound. */
export abstract class SessionFault implements Fault {
  readonly userId: string;
  abstract readonly effect: string;
  readonly #scene: FaultScene;
  #sessions: readonly Session[] = [];

  constructor(fields: Fields, scene: FaultScene) {
    this.userId = userId(fields, 'userId');
    this.#scene = scene;
  }

  abstract list(): FaultSpec;

  protected abstract turn(connection: Connection, on: boolean): void;

  begin(): void {
    this.#sessions = this.#scene.presence.sessionsOf(this.userId);
    for (const { connection } of this.#sessions) this.turn(connection, true);
  }

  end(): void {
    for (const { connection } of this.#sessions) this.turn(connection, false);
  }

  concerns(): boolean {
    return this.#scene.presence.sessionsOf(this.userId).some((session) => this.stops(session));
  }

  stops(session: Session): boolean {
    return this.#sessions.includes(session);
  }
}
