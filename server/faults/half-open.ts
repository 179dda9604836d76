import { type Fields, userId } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import type { Fault, FaultScene, FaultSpec } from './fault.ts';

/**
 * The network is cut without a sign: the sessions that the user has now look alive, and nothing passes in either
 * direction. As the real service would, the report believes that a message is delivered. A heartbeat ends them (B5.7).
 */
export class HalfOpen implements Fault {
  readonly userId: string;
  readonly effect = 'the fault half-open lets nothing pass';
  readonly #scene: FaultScene;
  #sessions: readonly Session[] = [];

  constructor(fields: Fields, scene: FaultScene) {
    this.userId = userId(fields, 'userId');
    this.#scene = scene;
  }

  list(): FaultSpec {
    return { fault: 'half-open', userId: this.userId };
  }

  begin(): void {
    this.#sessions = this.#scene.presence.sessionsOf(this.userId);
    for (const { connection } of this.#sessions) connection.mute(true);
  }

  end(): void {
    for (const { connection } of this.#sessions) connection.mute(false);
  }

  concerns(): boolean {
    return this.#scene.presence.sessionsOf(this.userId).some((session) => this.stops(session));
  }

  stops(session: Session): boolean {
    return this.#sessions.includes(session);
  }
}
