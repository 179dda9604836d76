import type { AppParts } from '../app/app-parts.ts';
import type { Send } from '../app/deliver.ts';
import type { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';

/** A fault as a test asks for it, and as it is listed; `count` is then what is left (B6.10). */
export type FaultSpec =
  | { fault: 'half-open' | 'freeze' | 'reset' | 'hold-arrival' | 'hold-publish'; userId: string }
  | { fault: 'delay'; userId: string; delayMs: number }
  | { fault: 'drop-next'; userId: string; count: number }
  | { fault: 'disconnect-at'; userId: string; recipient: number }
  | { fault: 'refuse-publish'; userId?: string; code: number; count?: number; probability?: number }
  | { fault: 'lose-response'; userId?: string; count?: number };

export type FaultName = FaultSpec['fault'];

/** What a fault uses of its app, and what it does to it: nothing, where a publish is only explained. */
export interface Stage extends Pick<AppParts, 'presence' | 'clock'> {
  readonly room: Room;
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
  /** Whether it loses this one message to its user, who is at this position of so many recipients. */
  lose?(position: number, recipients: number): boolean;
  /** Replaces `send` for messages to its user. @param bytes that a message held back takes */
  detour?(send: Send, bytes: number): Send;
  /** Resolves when a publish of this sender is released. @throws ApiError 1002 when too many are held already */
  hold?(bytes: number): Promise<void>;
  /** Releases the item it has held the longest; whether there was one. */
  release?(): boolean;
  /** Whether the answer to an accepted publish of this sender is lost. */
  loseResponse?(): boolean;

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

/** What a fault holds back, the longest held first. */
export class Held<T extends { readonly bytes: number }> {
  readonly #room: Room;
  readonly #items = new Set<T>();

  constructor(room: Room) {
    this.#room = room;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.values();
  }

  /** Whether there was room for it. */
  add(item: T): boolean {
    const hasRoom = this.#room.take(this.#items.size, item.bytes);
    if (hasRoom) this.#items.add(item);
    return hasRoom;
  }

  remove(item: T): void {
    if (this.#items.delete(item)) this.#room.bytes -= item.bytes;
  }

  /** Releases what has been held the longest, or everything when the fault ends. */
  releasing(letGo: (item: T) => void): Required<Pick<Fault, 'release' | 'end'>> {
    const release = () => {
      const [longest] = this.#items;
      if (longest === undefined) return false;
      this.remove(longest);
      letGo(longest);
      return true;
    };
    return {
      release,
      end() {
        while (release());
      },
    };
  }

  /** For messages that are only explained: whether each would have room. */
  rehearse(room: Room): Required<Pick<Fault, 'detour'>> {
    let items = this.#items.size;
    return { detour: (_, bytes) => () => (room.take(items++, bytes) ? undefined : 'backpressure') };
  }
}
