import { Attendance } from './attendance.ts';
import { type Barriers, Case } from './case.ts';
import type { Publication } from './publication.ts';
import type { Receipt } from './receipt.ts';
import type { Fault } from './ruling.ts';
import { Tally } from './tally.ts';

/** A fault, and where to look. */
export interface Violation {
  fault: Fault;
  userId: string;
  number: number;
  /** Grows with what comes later. Undefined when the message was forgotten long ago, or never sent. */
  case: Case | undefined;
  /** What came, if it came after the message was settled. */
  receipt?: Receipt;
}

export interface RefereeOptions {
  /** Recipients of settled messages that are remembered, to tell the story of what comes late; 50,000 unless told. */
  memory?: number;
}

/**
 * Knows of each message who must have got it, who must not, and who may, by what the clients know of themselves; and
 * what they got. Settles them one after the other, and then forgets them. Pure: it is told all moments.
 */
export class Referee {
  readonly attendance = new Attendance();
  readonly tally = new Tally();
  readonly #memory: number;
  readonly #cases = new Map<number, Case>();
  readonly #unsettled = new Set<Case>();
  readonly #settled: Case[] = [];
  #remembered = 0;
  #lastNumber = 0;
  #firstViolation: Violation | undefined;

  constructor({ memory = 50_000 }: RefereeOptions = {}) {
    this.#memory = memory;
  }

  get firstViolation(): Violation | undefined {
    return this.#firstViolation;
  }

  /** A message is about to be sent. */
  open(publication: Publication, at: number): Case {
    this.#lastNumber += 1;
    const opened = new Case(this.#lastNumber, publication, at);
    this.#cases.set(opened.number, opened);
    this.#unsettled.add(opened);
    return opened;
  }

  /** A client got something of the message with this number. */
  received(number: number, receipt: Receipt): void {
    const found = this.#cases.get(number);
    if (found && !found.settled) {
      found.received(receipt);
      return;
    }
    const fault = found ? found.receivedAfterwards(receipt, this.#staysOf) : this.#faultOfUnknown(number);
    if (!fault) return;
    this.tally.faults[fault] += 1;
    this.#firstViolation ??= { fault, userId: receipt.userId, number, case: found, receipt };
  }

  /** What can be settled once all its clients have passed a barrier that begins now. */
  answered(): Case[] {
    return [...this.#unsettled].filter(({ answer }) => answer);
  }

  settle(cases: readonly Case[], barriers: Barriers): void {
    for (const each of cases) this.#settle(each, barriers);
    const [oldest] = this.#unsettled;
    this.attendance.forgetBefore(oldest?.sentAt ?? Number.POSITIVE_INFINITY);
    this.#forget();
  }

  #settle(each: Case, barriers: Barriers): void {
    each.settle(this.#staysOf, barriers);
    this.tally.add(each);
    this.#unsettled.delete(each);
    this.#settled.push(each);
    this.#remembered += each.userIds.size;
    for (const { userId, faults } of each.rulings) {
      const [fault] = faults;
      if (fault) this.#firstViolation ??= { fault, userId, number: each.number, case: each };
    }
  }

  #forget(): void {
    while (this.#remembered > this.#memory) {
      const oldest = this.#settled.shift()!;
      this.#cases.delete(oldest.number);
      this.#remembered -= oldest.userIds.size;
    }
  }

  /** It was settled and forgotten, so it is late or a duplicate; or it never was. */
  #faultOfUnknown(number: number): Fault {
    return number >= 1 && number <= this.#lastNumber ? 'late' : 'misdelivered';
  }

  readonly #staysOf = (userId: string) => this.attendance.of(userId);
}
