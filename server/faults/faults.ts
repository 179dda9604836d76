import { refuseUnknown } from '../../client-sim/claims/hints.ts';
import type { AppParts } from '../app/app-parts.ts';
import {
  type HandOver,
  handOverStraight,
  type Interceptor,
  type Rehearsal,
  type Send,
} from '../app/deliver.ts';
import { ApiError } from '../core/api-error.ts';
import { type Fields, requiredText, userId } from '../core/parameters.ts';
import type { Draft } from '../core/publish-request.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import { type Fault, type FaultName, type FaultSpec, Room, type Stage } from './fault.ts';
import { delay, disconnectAt, dropNext, holdArrival } from './message-faults.ts';
import { holdPublish, loseResponse, refusePublish } from './publish-faults.ts';
import { freeze, halfOpen, reset } from './session-faults.ts';

const kinds: Record<FaultName, (fields: Fields, stage: Stage) => Fault> = {
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
  readonly #stage: Stage;
  /** One for each name and user, in the order in which they were set. */
  readonly #faults: Map<string, Fault>;

  constructor(app: InterceptedApp, stage = stageOf(app), faults = new Map<string, Fault>()) {
    this.#app = app;
    this.#stage = stage;
    this.#faults = faults;
  }

  /**
   * Sets a fault, in place of one with the same name and user.
   * @param fields those of a `FaultSpec`
   * @returns all faults that are set now
   * @throws ApiError 1002 or 1005, naming the parameter and its limits
   */
  set(fields: Fields): FaultSpec[] {
    const name = faultName(fields);
    const fault = kinds[name](fields, this.#stage);
    refuseUnknown(fields.keys(), Object.keys(fault.spec));
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

  hold(publish: Draft): Promise<void> | undefined {
    const holding = this.#aimedAt(publish.fromUserId).find((fault) => fault.hold);
    return holding?.hold?.(bytesOf(publish));
  }

  losesAnswer(fromUserId: string): boolean {
    this.#sweep();
    return this.#aimedAt(fromUserId).some((fault) => fault.loseResponse?.());
  }

  handOver(message: StatusMessage): HandOver {
    this.#sweep();
    const { isGone } = this.#stage;
    const count = message.request.toUserIds.length;
    return (share, send, recipientIndex = count) => {
      for (const fault of this.#faults.values())
        if (recipientIndex < count) fault.reach?.(recipientIndex + 1);
      const { userId, sessions } = share;
      if (sessions.every(isGone)) return sessions.map(() => 'offline');
      const faults = this.#aimedAt(userId);
      if (faults.some((fault) => fault.lose?.(recipientIndex + 1, count))) {
        return sessions.map((session) => (isGone(session) ? 'offline' : 'fault'));
      }
      const holding = faults.find((fault) => fault.detour);
      if (holding !== undefined) message.detach();
      const pass = holding?.detour?.(send, bytesOf(message.request)) ?? send;
      const sendOn: Send = (session, index) => (isGone(session) ? 'offline' : pass(session, index));
      return handOverStraight(share, sendOn, recipientIndex);
    };
  }

  effects({ request: { toUserIds } }: StatusMessage): ReadonlyMap<string, string> {
    this.#sweep();
    const effects = new Map<string, string>();
    for (const { spec, effect, affects } of this.#faults.values()) {
      const { userId } = spec;
      if (userId === undefined || effect === undefined || !this.#isOnline(userId)) continue;
      if (affects?.(toUserIds.length) === false) continue;
      const former = effects.get(userId);
      effects.set(userId, former === undefined ? effect : `${former}, ${effect}`);
    }
    return effects;
  }

  rehearse(): Rehearsal {
    this.#sweep();
    const { room, isGone } = this.#stage;
    const gone = new Set<Session>();
    let chances = 0;
    const stage: Stage = {
      ...this.#stage,
      room: new Room(room.bytes),
      isGone: (session) => gone.has(session) || isGone(session),
      breakOff: (session) => gone.add(session),
      chance: () => this.#app.ids.foreseenChance(chances++),
    };
    const copies = [...this.#faults].map(([key, fault]) => [key, fault.rehearse?.(stage) ?? fault] as const);
    return new Faults(this.#app, stage, new Map(copies));
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

  /** On any node, and not gone by what comes before. */
  #isOnline(userId: string): boolean {
    const sessions = this.#app.presence.sessionsOf(userId);
    const isGone = sessions.length > 0 && sessions.every(this.#stage.isGone);
    return !isGone && this.#app.presence.isOnline(userId);
  }

  /** Removes faults that are spent. */
  #sweep(): void {
    for (const [key, fault] of this.#faults) if (fault.isSpent?.()) this.#faults.delete(key);
    const { interception } = this.#app;
    if (this.#faults.size === 0 && interception.active === this) interception.active = undefined;
  }
}

type InterceptedApp = Pick<AppParts, 'presence' | 'clock' | 'ids' | 'interception'>;

function stageOf({ presence, clock, ids }: InterceptedApp): Stage {
  return {
    presence,
    clock,
    room: new Room(),
    isGone: ({ connection }) => connection.refusal() === 'offline',
    breakOff: ({ connection }) => connection.reset(),
    chance: () => ids.chance(),
  };
}

/** What is held back takes about as much. */
const bytesOf = (publish: Draft) => Buffer.byteLength(JSON.stringify(publish));

function faultName(fields: Fields): FaultName {
  const name = requiredText(fields, 'fault');
  if (Object.hasOwn(kinds, name)) return name as FaultName;
  throw new ApiError('badParameter', `The parameter fault must be one of ${Object.keys(kinds).join(', ')}.`);
}
