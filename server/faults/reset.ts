import { type Fields, userId } from '../core/parameters.ts';
import type { Fault, FaultScene, FaultSpec } from './fault.ts';

/** The user's sessions are broken off at once by a TCP reset (RST), without a close frame. */
export class Reset implements Fault {
  readonly userId: string;
  readonly #scene: FaultScene;

  constructor(fields: Fields, scene: FaultScene) {
    this.userId = userId(fields, 'userId');
    this.#scene = scene;
  }

  list(): FaultSpec {
    return { fault: 'reset', userId: this.userId };
  }

  begin(): void {
    for (const { connection } of this.#scene.presence.sessionsOf(this.userId)) connection.reset();
  }

  isSpent(): boolean {
    return true;
  }
}
