import type { PassEvent } from '../app/deliver.ts';
import type { Clock } from '../clock/app-clock.ts';
import type { ApiError } from '../core/api-error.ts';
import type { DropReason } from '../core/delivery-report.ts';
import type { Fields } from '../core/parameters.ts';
import type { Aim } from '../presence/aim.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';

/** How often a fault strikes: the next `count` times, once unless told, or each time with a probability. */
export interface Odds {
  count?: number;
  probability?: number;
}

/** A fault as a test asks for it, and as it is listed; `count` is then what is left (B6.10). */
export type FaultSpec =
  | (Aim & { fault: 'half-open' | 'freeze' | 'reset' | 'hold-arrival' })
  | (Aim & { fault: 'delay'; delayMs: number })
  | (Aim & { fault: 'drop-next'; count: number })
  | (Aim & { fault: 'disconnect-at'; recipient: number })
  | { fault: 'hold-publish'; userId: string }
  | (Odds & { fault: 'refuse-publish'; userId?: string; code: number })
  | { fault: 'lose-response'; userId?: string; count?: number }
  | (Odds & { fault: 'webhook-refuse' | 'webhook-repeat' | 'webhook-reorder'; userId?: string })
  | (Odds & { fault: 'webhook-delay'; userId?: string; delayMs: number });

export type FaultName = FaultSpec['fault'];
export type Spec<Name extends FaultName> = FaultSpec & { fault: Name };

/** What a fault uses of its app, and what it does to it: nothing, where a publish is only explained. */
export interface Stage {
  readonly clock: Clock;
  readonly room: Room;
  /** The open sessions that a fault is aimed at. */
  sessionsAt(aim: Aim): Session[];
  isGone(session: Session): boolean;
  breakOff(session: Session): void;
  /** A number from 0 up to 1. */
  chance(): number;
}

/** What the faults of one app hold back, all together. */
export class Room {
  bytes: number;

  constructor(bytes = 0) {
    this.bytes = bytes;
  }

  /** Takes one more of a fault that holds so many, if it may. */
  take(items: number, bytes: number): boolean {
    const has = items < limits.heldItems && this.bytes + bytes <= limits.heldBytes;
    if (has) this.bytes += bytes;
    return has;
  }
}

/** Sets and removes the faults of one app; see `Faults`. */
export interface FaultSwitch {
  set(fields: Fields): FaultSpec[] | Promise<FaultSpec[]>;
  list(): FaultSpec[];
  remove(fields: Fields): number | Promise<number>;
  release(fields: Fields): number | Promise<number>;
}

/** Something that goes wrong because a test has asked for it. It implements the hooks it needs. */
export interface Fault {
  /** Its user is a recipient, or the sender where a publish goes wrong; without one, it is aimed at everybody. */
  readonly spec: FaultSpec & Partial<Aim>;
  /** What it does to a message on its way to its sessions, as a clause after its name. */
  readonly effect?: string;

  /** Called when it is set. */
  begin?(): void;
  /** Called when it is removed; it then releases whatever it holds back. */
  end?(): void;
  /** Whether it has done its work; then it is removed. */
  isSpent?(): boolean;

  /** Why a publish of this sender is refused, if it is. */
  refuse?(): ApiError | undefined;
  /** Called when a fan-out gets to the recipient at this position, from 1. */
  reach?(position: number): void;
  /** Whether it loses this one message to its sessions, whose user is at this position of so many recipients. */
  lose?(position: number, recipients: number): boolean;
  /** Holds back a message to one of its sessions, or returns why it cannot. @param bytes that it takes */
  holdBack?(session: Session, bytes: number, send: () => void): DropReason | undefined;
  /** Resolves when a publish of this sender is released. @throws ApiError 1002 when too many are held already */
  hold?(bytes: number): Promise<void>;
  /** Releases the item it has held the longest; whether there was one. */
  release?(): boolean;
  /** Whether the answer to an accepted publish of this sender is lost. */
  loseResponse?(): boolean;

  /** Takes an online-status event of its user, to pass it on as it pleases; false when it does not. */
  passEvent?(pass: PassEvent): boolean;
  /** Called when another one of its user has been passed on. */
  eventPassed?(): void;

  /** Whether it would affect a publish with this many recipients now; if absent, it always would. */
  affects?(recipients: number): boolean;
  /** A copy for publishes that are only explained: it is used up by them, and the fault is not. */
  rehearse?(stage: Stage): Fault;

  /** Whether it keeps this session's client from answering at all. */
  stops?(session: Session): boolean;
  /** Whether it holds something back from this session until a test releases it. */
  withholds?(session: Session): boolean;
  /** Resolves when everything it holds back from this session has left; undefined if there is nothing. */
  underWay?(session: Session): Promise<void> | undefined;
}
