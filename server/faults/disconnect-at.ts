import type { InterceptedApp } from '../app/interceptor.ts';
import type { DropReason } from '../core/delivery-report.ts';
import { type Fields, requiredWholeNumber, userId } from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, FaultSpec } from './fault.ts';

/** In the next fan-out that comes to recipient k, the user's sessions are reset just before that recipient's turn. */
export class DisconnectAt implements Fault {
  readonly userId: string;
  readonly effect: string;
  readonly #recipient: number;
  readonly #app: InterceptedApp;
  #isSpent = false;

  constructor(fields: Fields, app: InterceptedApp) {
    this.userId = userId(fields, 'userId');
    this.#recipient = requiredWholeNumber(fields, 'recipient', 1, limits.recipients);
    this.effect = `the fault disconnect-at resets the connection at recipient ${this.#recipient}`;
    this.#app = app;
  }

  list(): FaultSpec {
    return { fault: 'disconnect-at', userId: this.userId, recipient: this.#recipient };
  }

  isSpent(): boolean {
    return this.#isSpent;
  }

  reach(position: number): void {
    if (position !== this.#recipient) return;
    this.#isSpent = true;
    for (const { connection } of this.#app.presence.sessionsOf(this.userId)) connection.reset();
  }

  concerns(recipients: number): boolean {
    return recipients >= this.#recipient;
  }

  foresee(position: number): DropReason | undefined {
    return position >= this.#recipient ? 'offline' : undefined;
  }
}
