import type { AppClock, ClockReading, ClockStep } from '../clock/app-clock.ts';
import { ApiError } from '../core/api-error.ts';
import type { HostedClients } from '../hosted/hosted-clients.ts';
import type { Blacklists } from '../presence/blacklists.ts';
import type { Groups } from '../presence/groups.ts';
import type { Settled, SettledHere } from '../presence/settle.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { Barrier } from './barrier.ts';
import type { Ids } from './ids.ts';
import type { Interceptor } from './interceptor.ts';
import type { Control, ListChange } from './ports.ts';
import type { Rates } from './rates.ts';
import type { Sessions } from './sessions.ts';

/** What control steers of an app. */
export interface ControlScene {
  readonly clock: AppClock;
  readonly barrier: Barrier;
  readonly blacklists: Blacklists;
  readonly groups: Groups;
  readonly hostedClients: HostedClients;
  readonly ids: Ids;
  readonly interceptor: Interceptor;
  readonly rates: Rates;
  readonly sessions: Sessions;
}

/** Changes the state of one app, on this process. */
export class LocalControl implements Control {
  readonly #scene: ControlScene;

  constructor(scene: ControlScene) {
    this.#scene = scene;
  }

  change(change: ListChange): void {
    this.checkChange(change);
    this.applyChange(change);
  }

  /** @throws ApiError 1002 when the list would be too long */
  checkChange({ list, change, id, members }: ListChange): void {
    if (change === 'add') this.#scene[list].checkAdd(id, members);
  }

  applyChange({ list, change, id, members }: ListChange): void {
    this.#scene[list][change](id, members);
  }

  disconnect(userId: string): number {
    return this.#scene.sessions.disconnect(userId, closeCodes.disconnected, 'Disconnected by /sim.');
  }

  async settle(timeoutMs = settleMs): Promise<Settled> {
    return settled([await this.#scene.barrier.settle(timeoutMs)], timeoutMs);
  }

  steer(step: ClockStep): Promise<ClockReading> {
    return this.#scene.clock.steer(step);
  }

  reset(): void {
    const { interceptor, sessions, hostedClients, blacklists, groups, rates, ids, clock } = this.#scene;
    interceptor.clear(); // first: who cannot be reached would not be told
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
    this.#scene.sessions.disconnectAll(closeCodes.shuttingDown, 'The simulator is shutting down.');
    this.#scene.hostedClients.clear();
    this.#scene.clock.stop();
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
