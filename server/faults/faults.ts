import { refuseUnknown } from '../../client-sim/claims/hints.ts';
import type { AppParts } from '../app/app-parts.ts';
import {
  type HandOver,
  handOverStraight,
  type Interceptor,
  type PassEvent,
  type Rehearsal,
  type Send,
} from '../app/deliver.ts';
import { ApiError } from '../core/api-error.ts';
import { type Fields, readAll, refuseBoth } from '../core/parameters.ts';
import type { Draft } from '../core/publish-request.ts';
import type { StatusMessage } from '../core/status-message.ts';
import { type Aim, isAimedAt } from '../presence/aim.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import { type Fault, type FaultSpec, Room, type Stage } from './fault.ts';
import { type AnyKind, choice, faultParameters, kinds } from './kinds.ts';

/** The faults that tests have set in one app (B6.10). */
export class Faults implements Interceptor {
  readonly #app: InterceptedApp;
  readonly #stage: Stage;
  /** One for each name and aim, in the order in which they were set. */
  readonly #faults: Map<string, Fault>;

  constructor(app: InterceptedApp, stage = stageOf(app), faults = new Map<string, Fault>()) {
    this.#app = app;
    this.#stage = stage;
    this.#faults = faults;
  }

  /**
   * Sets a fault, in place of one with the same name and aim.
   * @param fields those of a `FaultSpec`
   * @returns all faults that are set now
   * @throws ApiError 1002 or 1005, naming the parameter and its limits
   */
  set(fields: Fields): FaultSpec[] {
    const name = faultParameters.fault.read(fields);
    const [parameters, make] = kinds[name] as AnyKind;
    refuseUnknown(fields.keys(), ['fault', ...Object.keys(parameters)]);
    refuseBoth(fields, 'sessionId', 'platform');
    refuseBoth(fields, 'count', 'probability');
    const spec = { fault: name, ...readAll(parameters, fields) } as FaultSpec & Partial<Aim>;
    const key = JSON.stringify([name, spec.userId, spec.sessionId, spec.platform]);
    const fault = make(spec, this.#stage);
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

  /** Removes those with all of `fault`, `userId`, `sessionId` and `platform` that is given; returns how many. */
  remove(fields: Fields = new Map()): number {
    const chosen = this.#chosen(fields);
    for (const [key, fault] of chosen) {
      this.#faults.delete(key);
      fault.end?.();
    }
    this.#sweep();
    return chosen.length;
  }

  /** Releases what such faults have held the longest, one item each; returns how many went on. */
  release(fields: Fields = new Map()): number {
    return this.#chosen(fields).filter(([, fault]) => fault.release?.()).length;
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

  announce(userId: string, pass: PassEvent): void {
    this.#sweep();
    const faults = this.#aimedAt(userId);
    const taking = faults.find((fault) => fault.passEvent?.(pass));
    if (taking === undefined) pass();
    for (const fault of faults) if (fault !== taking) fault.eventPassed?.();
  }

  handOver(message: StatusMessage): HandOver {
    this.#sweep();
    const { isGone } = this.#stage;
    const count = message.request.toUserIds.length;
    return (share, send, recipientIndex = count) => {
      for (const fault of this.#faults.values())
        if (recipientIndex < count) fault.reach?.(recipientIndex + 1);
      const faults = this.#aimedAt(share.userId);
      const open = new Set(share.sessions.filter((session) => !isGone(session)));
      for (const { spec, lose } of faults) {
        const hit = [...open].filter((session) => isAimedAt(spec, session));
        if (hit.length > 0 && lose?.(recipientIndex + 1, count))
          for (const session of hit) open.delete(session);
      }
      const sendOn: Send = (session, index) => {
        if (isGone(session)) return 'offline';
        if (!open.has(session)) return 'fault';
        const holding = faults.find(({ spec, holdBack }) => holdBack && isAimedAt(spec, session));
        if (holding === undefined) return send(session, index);
        message.detach();
        return holding.holdBack!(session, bytesOf(message.request), () => send(session, index));
      };
      return handOverStraight(share, sendOn, recipientIndex);
    };
  }

  effects({ request: { toUserIds } }: StatusMessage): ReadonlyMap<string, string> {
    this.#sweep();
    const effects = new Map<string, string>();
    for (const fault of this.#faults.values()) {
      const { userId } = fault.spec;
      if (userId === undefined || fault.effect === undefined || !this.#isAimedAtAnybody(fault)) continue;
      if (fault.affects?.(toUserIds.length) === false) continue;
      effects.set(userId, [effects.get(userId) ?? [], clauseOf(fault)].flat().join(', '));
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
      if (fault.stops?.(session) || fault.withholds?.(session)) return clauseOf(fault);
      if (isFrozen && fault.underWay?.(session)) return `${clauseOf(fault)}, and the clock is frozen`;
    }
    return undefined;
  }

  async departure(session: Session): Promise<void> {
    await Promise.all(this.#aimedAt(session.userId).map((fault) => fault.underWay?.(session)));
  }

  #aimedAt(userId: string): Fault[] {
    return [...this.#faults.values()].filter((fault) => (fault.spec.userId ?? userId) === userId);
  }

  /** Those with all that is given. */
  #chosen(fields: Fields): [key: string, fault: Fault][] {
    refuseBoth(fields, 'sessionId', 'platform');
    const given = Object.entries(readAll(choice, fields));
    this.#sweep();
    return [...this.#faults].filter(([, { spec }]) => {
      return given.every(([name, value]) => spec[name as keyof typeof choice] === value);
    });
  }

  /** Whether a session that it is aimed at is open, on any node, and not gone by what comes before. */
  #isAimedAtAnybody({ spec }: Fault): boolean {
    const { sessionsAt, isGone } = this.#stage;
    const elsewhere = this.#app.presence.elsewhere(spec.userId!);
    return (
      sessionsAt(spec as Aim).some((session) => !isGone(session)) ||
      elsewhere.some((session) => isAimedAt(spec, session))
    );
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
    clock,
    room: new Room(),
    sessionsAt: (aim) => presence.sessionsOf(aim.userId).filter((session) => isAimedAt(aim, session)),
    isGone: ({ connection }) => connection.refusal() === 'offline',
    breakOff: ({ connection }) => connection.reset(),
    chance: () => ids.chance(),
  };
}

/** What is held back takes about as much. */
const bytesOf = (publish: Draft) => Buffer.byteLength(JSON.stringify(publish));

/** What a fault does to a message, for whoever is told of it. */
function clauseOf({ spec: { fault, sessionId, platform }, effect }: Fault): string {
  const where = sessionId === undefined ? platform : `session ${sessionId}`;
  return `the fault ${fault}${where === undefined ? '' : ` on ${where}`} ${effect}`;
}
