import type { Receipt } from './receipt.ts';
import type { Certainty, Stay } from './stay.ts';

/** What a client was to get of a message if it was online. */
export interface Due {
  kind: Receipt['kind'];
  /** Undefined when no answer told it. */
  messageUID: string | undefined;
}

/** Exactly once · at most once · never. */
export type Verdict = 'must' | 'may' | 'must not';

/**
 * What went wrong: it got the same again · it got it although it came online only later, or after its barrier had been
 * passed · it never got it · it got what was not meant for it.
 */
export const faults = ['duplicate', 'late', 'lost', 'misdelivered'] as const;

export type Fault = (typeof faults)[number];

/** When things happened for one client, in milliseconds since 1970. */
export interface Interval {
  /** The publish was judged at one instant from here … */
  from: number;
  /** … up to here; `Infinity` when nobody knows, because there was no answer. */
  to: number;
  /** All that it brings had to be there by now. */
  barrierAt: number;
}

/** One client's part in one message: what it had to get, by what it knew of its own presence, and what it got. */
export class Ruling {
  readonly userId: string;
  /** Undefined when nothing was meant for it. */
  readonly due: Due | undefined;
  readonly certainty: Certainty;
  readonly verdict: Verdict;
  /** Its sessions of that time, oldest first. */
  readonly stays: readonly Stay[];
  readonly receipts: Receipt[] = [];
  readonly faults: Fault[] = [];
  readonly #interval: Interval;
  #delivered: Receipt | undefined;

  constructor(userId: string, due: Due | undefined, interval: Interval, stays: readonly Stay[]) {
    this.userId = userId;
    this.due = due;
    this.stays = stays;
    this.#interval = interval;
    this.certainty = surest(stays.map((stay) => stay.during(interval.from, interval.to)));
    this.verdict = due ? verdicts[this.certainty] : 'must not';
  }

  /** What it rightly got. */
  get delivered(): Receipt | undefined {
    return this.#delivered;
  }

  /** Takes what the client got, in the order of arrival; returns what is wrong with it. */
  take(receipt: Receipt): Fault | undefined {
    this.receipts.push(receipt);
    const fault = this.#faultOf(receipt);
    if (fault) this.faults.push(fault);
    else this.#delivered = receipt;
    return fault;
  }

  /** Nothing may come any more. */
  close(): void {
    if (this.verdict === 'must' && !this.#delivered) this.faults.push('lost');
  }

  #faultOf(receipt: Receipt): Fault | undefined {
    if (!this.#isDue(receipt)) return 'misdelivered';
    if (this.#delivered) return 'duplicate';
    return this.#isLate(receipt) ? 'late' : undefined;
  }

  #isDue({ kind, messageUID }: Receipt): boolean {
    if (this.due?.kind !== kind) return false;
    return this.due.messageUID === undefined || this.due.messageUID === messageUID;
  }

  #isLate({ at, stay }: Receipt): boolean {
    const { from, to, barrierAt } = this.#interval;
    const answered = to < Number.POSITIVE_INFINITY;
    return stay.during(from, to) === 'offline' || (answered && at > barrierAt);
  }
}

const verdicts = { online: 'must', changing: 'may', offline: 'must not' } as const;

/** One session that was surely open is enough to be online. */
function surest(certainties: readonly Certainty[]): Certainty {
  if (certainties.includes('online')) return 'online';
  return certainties.includes('changing') ? 'changing' : 'offline';
}
