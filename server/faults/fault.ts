import type { AppParts } from '../app/app-parts.ts';
import type { Send } from '../app/deliver.ts';
import type { ApiError } from '../core/api-error.ts';
import type { DropReason } from '../core/delivery-report.ts';
import type { Fields } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';

/** A fault as a test asks for it, and as it is listed; `count` is then what is left (B6.10). */
export type FaultSpec =
  | { fault: 'half-open' | 'freeze' | 'reset' | 'hold-arrival' | 'hold-publish'; userId: string }
  | { fault: 'delay'; userId: string; delayMs: number }
  | { fault: 'drop-next'; userId: string; count: number }
  | { fault: 'disconnect-at'; userId: string; recipient: number }
  | { fault: 'refuse-publish'; userId?: string; code: number; count?: number; probability?: number }
  | { fault: 'lose-response'; userId?: string; count?: number };

export type FaultName = FaultSpec['fault'];

/** What a fault uses of its app. */
export type InterceptedApp = Pick<AppParts, 'presence' | 'clock' | 'ids' | 'interception'>;

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
  readonly spec: FaultSpec;
  /** What it does to a message on its way to that user, as a clause. */
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
  /** Whether it loses this one message to its user. */
  lose?(): boolean;
  /** Replaces `send` for messages to its user. */
  detour?(send: Send): Send;
  /** Resolves when a publish of this sender is released. */
  hold?(): Promise<void>;
  /** Releases the item it has held the longest; whether there was one. */
  release?(): boolean;
  /** Whether the answer to an accepted publish of this sender is lost. */
  loseResponse?(): boolean;

  /** Whether it would affect a publish with this many recipients now; if absent, it always would. */
  affects?(recipients: number): boolean;
  /** Why a publish would drop its user's message, if it would. Must not change the fault. */
  foresee?(position: number): DropReason | undefined;

  /** Whether it keeps this session's client from answering at all. */
  stops?(session: Session): boolean;
  /** Whether it holds something back from this session until a test releases it. */
  withholds?(session: Session): boolean;
  /** Resolves when everything it holds back from this session has left; undefined if there is nothing. */
  underWay?(session: Session): Promise<void> | undefined;
}

/** Releases what a fault holds: what it has held the longest, or everything when the fault ends. */
export function releasing<T extends object>(held: T[], letGo: (item: T) => void) {
  const release = () => {
    const longest = held.shift();
    if (longest !== undefined) letGo(longest);
    return longest !== undefined;
  };
  return {
    release,
    end() {
      while (release());
    },
  };
}
