import type { InterceptedApp } from '../app/interceptor.ts';
import { type Fields, userId } from '../core/parameters.ts';
import type { Fault, FaultSpec } from './fault.ts';

/** The user's sessions are broken off at once by a TCP reset (RST), without a close frame. */
export class Reset implements Fault {
  readonly userId: string;
  readonly #app: InterceptedApp;

  constructor(fields: Fields, app: InterceptedApp) {
    this.userId = userId(fields, 'userId');
    this.#app = app;
  }

  list(): FaultSpec {
    return { fault: 'reset', userId: this.userId };
  }

  begin(): void {
    for (const { connection } of this.#app.presence.sessionsOf(this.userId)) connection.reset();
  }

  isSpent(): boolean {
    return true;
  }
}
