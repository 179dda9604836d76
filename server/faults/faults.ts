import type { Interceptor } from '../app/deliver.ts';
import { type HandOver, handOverStraight, type Share } from '../app/deliver.ts';
import { ApiError } from '../core/api-error.ts';
import type { DropReason } from '../core/delivery-report.ts';
import { type Fields, requiredText, userId } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, FaultName, FaultSpec, InterceptedApp } from './fault.ts';
import { delay, disconnectAt, dropNext, holdArrival } from './message-faults.ts';
import { holdPublish, loseResponse, refusePublish } from './publish-faults.ts';
import { freeze, halfOpen, reset } from './session-faults.ts';

const kinds: Record<FaultName, (fields: Fields, app: InterceptedApp) => Fault> = {
  'half-open': halfOpen,
  freeze,
  reset,
  delay,
  'drop-next': dropNext,
  'disconnect-at': disconnectAt,
  'refuse-publish': refusePublish,
  'lose-response': loseResponse,
  'hold-publish': holdPublish,
  'hold-arrival': holdArrival,
};

/** The faults that tests have set in one app (B6.10). */
export class Faults implements Interceptor {
  readonly #app: InterceptedApp;
  /** One for each name and user, in the order in which they were set. */
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
    const fault = kinds[name](fields, this.#app);
    const key = JSON.stringify([name, fault.spec.userId]);
    this.#sweep();
    const former = this.#faults.get(key);
    if (former === undefined && this.#faults.size >= limits.faults) {
      throw new ApiError('badParameter', `The app has ${limits.faults} faults already, the most it may.`);
    }
    former?.end?.();
    fault.begin?.();
    this.#faults.set(key, fault);
    this.#app.interception.active = this;
    return this.list();
  }

  /** In the order in which they were set, without those that are spent. */
  list(): FaultSpec[] {
    this.#sweep();
    return [...this.#faults.values()].map(({ spec }) => ({ ...spec }));
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
    const chosen = [...this.#faults].filter(([, { spec }]) => {
      return (name ?? spec.fault) === spec.fault && (user ?? spec.userId) === spec.userId;
    });
    for (const [key, fault] of chosen) {
      this.#faults.delete(key);
      fault.end?.();
    }
    this.#sweep();
    return chosen.length;
  }

  /**
   * Releases what these faults have held the longest, one item each; those with this name, with this user, or with both.
   * @returns how many went on
   * @throws ApiError 1002 or 1005
   */
  release(fields: Fields = new Map()): number {
    const name = fields.has('fault') ? faultName(fields) : undefined;
    const user = fields.has('userId') ? userId(fields, 'userId') : undefined;
    return [...this.#faults.values()].filter(({ spec, release }) => {
      return (name ?? spec.fault) === spec.fault && (user ?? spec.userId) === spec.userId && release?.();
    }).length;
  }

  clear(): void {
    this.remove();
  }

  admit(fromUserId: string): void {
    this.#sweep();
    for (const fault of this.#aimedAt(fromUserId)) {
      const refusal = fault.refuse?.();
      if (refusal !== undefined) throw refusal;
    }
  }

  hold(fromUserId: string): Promise<void> | undefined {
    return this.#aimedAt(fromUserId)
      .find((fault) => fault.hold)
      ?.hold?.();
  }

  losesAnswer(fromUserId: string): boolean {
    this.#sweep();
    return this.#aimedAt(fromUserId).some((fault) => fault.loseResponse?.());
  }

  get handOver(): HandOver {
    this.#sweep();
    return this.#handOver;
  }

  readonly #handOver: HandOver = (share, send, recipientIndex) => {
    if (recipientIndex !== undefined) {
      for (const fault of this.#faults.values()) fault.reach?.(recipientIndex + 1);
    }
    if (share.sessions.length === 0) return [];
    const faults = this.#aimedAt(share.userId);
    if (faults.some((fault) => fault.lose?.())) return allMissed(share, 'fault');
    const [delayed = send] = faults.flatMap((fault) => fault.detour?.(send) ?? []);
    return handOverStraight(share, delayed, recipientIndex);
  };

  foresee(recipients: number): HandOver {
    this.#sweep();
    return (share, _, recipientIndex = recipients - 1) => {
      for (const fault of this.#aimedAt(share.userId)) {
        const reason = fault.foresee?.(recipientIndex + 1);
        if (reason !== undefined) return allMissed(share, reason);
      }
      return [];
    };
  }

  effects(recipients: number): ReadonlyMap<string, string> {
    this.#sweep();
    const effects = new Map<string, string>();
    for (const fault of this.#faults.values()) {
      const { userId } = fault.spec;
      if (userId === undefined || fault.effect === undefined || !this.#app.presence.isOnline(userId))
        continue;
      if (fault.affects?.(recipients) === false) continue;
      const former = effects.get(userId);
      effects.set(userId, former === undefined ? fault.effect : `${former}, ${fault.effect}`);
    }
    return effects;
  }

  stops(session: Session): boolean {
    return this.#aimedAt(session.userId).some((fault) => fault.stops?.(session));
  }

  hindrance(session: Session): string | undefined {
    const isFrozen = this.#app.clock.read().frozen;
    for (const fault of this.#aimedAt(session.userId)) {
      if (fault.stops?.(session) || fault.withholds?.(session)) return fault.effect;
      if (isFrozen && fault.underWay?.(session)) return `${fault.effect}, and the clock is frozen`;
    }
    return undefined;
  }

  async departure(session: Session): Promise<void> {
    await Promise.all(this.#aimedAt(session.userId).map((fault) => fault.underWay?.(session)));
  }

  #aimedAt(userId: string): Fault[] {
    return [...this.#faults.values()].filter((fault) => (fault.spec.userId ?? userId) === userId);
  }

  /** Removes faults that are spent. */
  #sweep(): void {
    for (const [key, fault] of this.#faults) if (fault.isSpent?.()) this.#faults.delete(key);
    if (this.#faults.size === 0) this.#app.interception.active = undefined;
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
