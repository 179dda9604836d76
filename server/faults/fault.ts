import type { Send } from '../app/deliver.ts';
import type { ApiError } from '../core/api-error.ts';
import type { DropReason } from '../core/delivery-report.ts';
import type { Fields } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';

/** A fault as a test asks for it, and as it is listed: there a `count` is what is left of it (B6.10). */
export type FaultSpec =
  | { fault: 'half-open' | 'freeze' | 'reset'; userId: string }
  | { fault: 'delay'; userId: string; delayMs: number }
  | { fault: 'drop-next'; userId: string; count: number }
  | { fault: 'disconnect-at'; userId: string; recipient: number }
  | { fault: 'refuse-publish'; userId?: string; code: number; count?: number; probability?: number }
  | { fault: 'lose-response'; userId?: string; count?: number };

export type FaultName = FaultSpec['fault'];

/** Sets and removes the faults of one app; see `Faults`. */
export interface FaultSwitch {
  set(fields: Fields): FaultSpec[] | Promise<FaultSpec[]>;
  list(): FaultSpec[];
  remove(fields: Fields): number | Promise<number>;
}

/** Something that goes wrong because a test has asked for it, at whichever of the moments below it takes part in. */
export interface Fault {
  /** The user it is aimed at: a recipient, or for a publish that goes wrong its sender. Undefined: everybody. */
  readonly userId: string | undefined;
  /** What it does to a message on its way to that user, as a clause. */
  readonly effect?: string;
  list(): FaultSpec;

  /** Called when it is set. */
  begin?(): void;
  /** Called when it is removed; what it has held back goes on its way. */
  end?(): void;
  /** Whether it has done all it was to do; then it is asked nothing any more. */
  isSpent?(): boolean;

  /** Why a publish of this sender is refused, if it is. */
  refuse?(): ApiError | undefined;
  /** Called when a fan-out comes to the recipient at this position, from 1. */
  reach?(position: number): void;
  /** Whether it loses this one message to its user. */
  lose?(): boolean;
  /** How a message to its user is sent in place of `send`. */
  detour?(send: Send): Send;
  /** Whether an accepted publish of this sender stays without an answer. */
  loseResponse?(): boolean;

  /** Whether it has an effect now on a publish with so many recipients; always, unless it says otherwise. */
  concerns?(recipients: number): boolean;
  /** Why its user's message would be dropped in a publish, if it would; nothing happens. */
  foresee?(position: number): DropReason | undefined;

  /** Whether it keeps this session's client from answering at all. */
  stops?(session: Session): boolean;
  /** Resolves when all that it holds back from this session has left; undefined when there is nothing. */
  underWay?(session: Session): Promise<void> | undefined;
}
