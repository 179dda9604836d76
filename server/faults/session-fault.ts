import type { InterceptedApp } from '../app/interceptor.ts';
import { type Fields, userId } from '../core/parameters.ts';
import type { Connection, Session } from '../presence/session.ts';
import type { Fault, FaultSpec } from './fault.ts';

/** What happens to the sessions that a user has when it is set. Those opened later are sound. */
export abstract class SessionFault implements Fault {
  readonly userId: string;
  abstract readonly effect: string;
  readonly #app: InterceptedApp;
  #sessions: readonly Session[] = [];

  constructor(fields: Fields, app: InterceptedApp) {
    this.userId = userId(fields, 'userId');
    this.#app = app;
  }

  abstract list(): FaultSpec;

  protected abstract turn(connection: Connection, on: boolean): void;

  begin(): void {
    this.#sessions = this.#app.presence.sessionsOf(this.userId);
    for (const { connection } of this.#sessions) this.turn(connection, true);
  }

  end(): void {
    for (const { connection } of this.#sessions) this.turn(connection, false);
  }

  concerns(): boolean {
    return this.#app.presence.sessionsOf(this.userId).some((session) => this.stops(session));
  }

  stops(session: Session): boolean {
    return this.#sessions.includes(session);
  }
}
