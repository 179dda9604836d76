import type { ClockReading, ClockStep } from '../clock/app-clock.ts';
import { ApiError } from '../core/api-error.ts';
import type { Settled, SettledHere } from '../presence/settle.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { AppParts } from './app-parts.ts';
import type { Control, ListChange } from './ports.ts';

/** Changes the state of one app, on this process. */
export class LocalControl implements Control {
  readonly #app: AppParts;

  constructor(app: AppParts) {
    this.#app = app;
  }

  change(change: ListChange): void {
    this.checkChange(change);
    this.applyChange(change);
  }

  /** @throws ApiError 1002 when the list would be too long */
  checkChange({ list, change, id, members }: ListChange): void {
    if (change === 'add') this.#app[list].checkAdd(id, members);
  }

  applyChange({ list, change, id, members }: ListChange): void {
    this.#app[list][change](id, members);
  }

  disconnect(userId: string): number {
    return this.#app.sessions.disconnect(userId, closeCodes.disconnected, 'Disconnected by /sim.');
  }

  async settle(timeoutMs = settleMs): Promise<Settled> {
    return settled([await this.#app.barrier.settle(timeoutMs)], timeoutMs);
  }

  steer(step: ClockStep): Promise<ClockReading> {
    return this.#app.clock.steer(step);
  }

  reset(): void {
    const { interception, sessions, hostedClients, blacklists, groups, rates, ids, clock } = this.#app;
    interception.active?.clear(); // first: who cannot be reached would not be told
    sessions.disconnectAll(closeCodes.disconnected, 'The app was reset.');
    hostedClients.clear();
    blacklists.clear();
    groups.clear();
    rates.reset();
    ids.reset();
    clock.resume();
  }

  /** Closes every session; nothing of the app happens any more. */
  close(): void {
    this.#app.sessions.disconnectAll(closeCodes.shuttingDown, 'The simulator is shutting down.');
    this.#app.hostedClients.clear();
    this.#app.clock.stop();
  }
}

/** Real time that clients have to confirm what they received, unless told otherwise. */
export const settleMs = 5000;

/** The outcome of a barrier, of all its parts. @throws ApiError 1050 when somebody has not confirmed in time */
export function settled(parts: readonly SettledHere[], timeoutMs: number): Settled {
  const failed = parts.flatMap((part) => part.failed);
  if (failed.length === 0) {
    const sessions = parts.reduce((sum, part) => sum + part.sessions, 0);
    return { sessions, unconfirmed: parts.flatMap((part) => part.unconfirmed) };
  }
  const users = [...new Set(failed.map((userId) => JSON.stringify(userId)))].slice(0, 10).join(', ');
  throw new ApiError('timedOut', `Not confirmed within ${timeoutMs} ms, in sessions of ${users}.`);
}
