import { type HandOver, handOverStraight, type Share } from '../app/deliver.ts';
import type { InterceptedApp, Interceptor, Obstacles } from '../app/interceptor.ts';
import { ApiError } from '../core/api-error.ts';
import type { DropReason } from '../core/delivery-report.ts';
import { type Fields, requiredText, userId } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import { Delay } from './delay.ts';
import { DisconnectAt } from './disconnect-at.ts';
import { DropNext } from './drop-next.ts';
import type { Fault, FaultName, FaultSpec } from './fault.ts';
import { Freeze } from './freeze.ts';
import { HalfOpen } from './half-open.ts';
import { LoseResponse } from './lose-response.ts';
import { RefusePublish } from './refuse-publish.ts';
import { Reset } from './reset.ts';

const kinds: Record<FaultName, new (fields: Fields, app: InterceptedApp) => Fault> = {
  'half-open': HalfOpen,
  freeze: Freeze,
  reset: Reset,
  delay: Delay,
  'drop-next': DropNext,
  'disconnect-at': DisconnectAt,
  'refuse-publish': RefusePublish,
  'lose-response': LoseResponse,
};

/** All that is to go wrong in one app, because a test has asked for it (B6.10). */
export class Faults implements Interceptor, Obstacles {
  readonly #app: InterceptedApp;
  /** By name and user, of which there is one each; in the order in which they were set. */
  readonly #faults = new Map<string, Fault>();

  constructor(app: InterceptedApp) {
    this.#app = app;
  }

  /**
   * Sets a fault, in place of one with the same name and user.
   * @param fields those of a `FaultSpec`
   * @returns all faults that are set now
   * @throws ApiError 1002 or 1005, naming the parameter and its limits
   */
  set(fields: Fields): FaultSpec[] {
    const name = faultName(fields);
    const fault = new kinds[name](fields, this.#app);
    const key = JSON.stringify([name, fault.userId]);
    this.#sweep();
    const former = this.#faults.get(key);
    if (former === undefined && this.#faults.size >= limits.faults) throw tooMany();
    former?.end?.();
    fault.begin?.();
    this.#faults.set(key, fault);
    return this.list();
  }

  /** In the order in which they were set; without those that have done all they were to do. */
  list(): FaultSpec[] {
    this.#sweep();
    return [...this.#faults.values()].map((fault) => fault.list());
  }

  /**
   * Removes the faults with this name, with this user, or with both; all of them when neither is given.
   * @param fields `fault` and `userId`, each if wanted
   * @returns how many
   * @throws ApiError 1002 or 1005
   */
  remove(fields: Fields = new Map()): number {
    const name = fields.has('fault') ? faultName(fields) : undefined;
    const user = fields.has('userId') ? userId(fields, 'userId') : undefined;
    this.#sweep();
    const chosen = [...this.#faults].filter(([, fault]) => {
      return (name === undefined || fault instanceof kinds[name]) && (user ?? fault.userId) === fault.userId;
    });
    for (const [key, fault] of chosen) {
      this.#faults.delete(key);
      fault.end?.();
    }
    return chosen.length;
  }

  clear(): void {
    this.remove();
  }

  admit(fromUserId: string): void {
    if (!this.#areSet) return;
    for (const fault of this.#aimedAt(fromUserId)) {
      const refusal = fault.refuse?.();
      if (refusal !== undefined) throw refusal;
    }
  }

  losesAnswer(fromUserId: string): boolean {
    return this.#areSet && this.#aimedAt(fromUserId).some((fault) => fault.loseResponse?.());
  }

  get handOver(): HandOver | undefined {
    return this.#areSet ? this.#handOver : undefined;
  }

  readonly #handOver: HandOver = (share, send, place) => {
    if (place !== undefined) for (const fault of this.#faults.values()) fault.reach?.(place + 1);
    if (share.sessions.length === 0) return [];
    const faults = this.#aimedAt(share.userId);
    if (faults.some((fault) => fault.lose?.())) return allMissed(share, 'fault');
    const detour = faults.find((fault) => fault.detour !== undefined);
    return handOverStraight(share, detour?.detour?.(send) ?? send, place);
  };

  foresee(recipients: number): HandOver | undefined {
    if (!this.#areSet) return undefined;
    return (share, _, place = recipients - 1) => {
      for (const fault of this.#aimedAt(share.userId)) {
        const reason = fault.foresee?.(place + 1);
        if (reason !== undefined) return allMissed(share, reason);
      }
      return [];
    };
  }

  effects(recipients: number): ReadonlyMap<string, string> | undefined {
    if (!this.#areSet) return undefined;
    const effects = new Map<string, string>();
    for (const fault of this.#faults.values()) {
      const { userId, effect } = fault;
      if (userId === undefined || effect === undefined || !this.#app.presence.isOnline(userId)) continue;
      if (fault.concerns?.(recipients) === false) continue;
      const other = effects.get(userId);
      effects.set(userId, other === undefined ? effect : `${other}, ${effect}`);
    }
    return effects;
  }

  stops(session: Session): boolean {
    return this.#aimedAt(session.userId).some((fault) => fault.stops?.(session));
  }

  hindrance(session: Session): string | undefined {
    const isFrozen = this.#app.clock.read().frozen;
    for (const fault of this.#aimedAt(session.userId)) {
      if (fault.stops?.(session)) return fault.effect;
      if (isFrozen && fault.underWay?.(session)) return `${fault.effect}, and the clock is frozen`;
    }
    return undefined;
  }

  async departure(session: Session): Promise<void> {
    await Promise.all(this.#aimedAt(session.userId).map((fault) => fault.underWay?.(session)));
  }

  /** Whether there are any: otherwise a publish need not ask any further. */
  get #areSet(): boolean {
    if (this.#faults.size > 0) this.#sweep();
    return this.#faults.size > 0;
  }

  #aimedAt(userId: string): Fault[] {
    return [...this.#faults.values()].filter((fault) => (fault.userId ?? userId) === userId);
  }

  /** Forgets those that have done all they were to do. */
  #sweep(): void {
    for (const [key, fault] of this.#faults) if (fault.isSpent?.()) this.#faults.delete(key);
  }
}

function allMissed({ sessions }: Share, reason: DropReason): DropReason[] {
  return sessions.map(() => reason);
}

function faultName(fields: Fields): FaultName {
  const name = requiredText(fields, 'fault');
  if (Object.hasOwn(kinds, name)) return name as FaultName;
  throw new ApiError('badParameter', `The parameter fault must be one of ${Object.keys(kinds).join(', ')}.`);
}

function tooMany(): ApiError {
  return new ApiError('badParameter', `The app has ${limits.faults} faults already, the most it may.`);
}
