import type { Answer, Publication } from './publication.ts';
import type { Receipt } from './receipt.ts';
import { type Due, type Fault, Ruling } from './ruling.ts';
import type { Stay } from './stay.ts';

/** The sessions a client had, oldest first. */
export type StaysOf = (userId: string) => readonly Stay[];

/** When each client had passed a barrier, or was offline. */
export type Barriers = ReadonlyMap<string, number>;

/** One message before the referee: what was asked, what was answered, what came where, and what follows from it. */
export class Case {
  /** What its content is recognised by. */
  readonly number: number;
  readonly publication: Publication;
  readonly sentAt: number;
  /** The clients to which something may come. */
  readonly userIds: ReadonlySet<string>;
  #answer: Answer | undefined;
  readonly #receipts: Receipt[] = [];
  readonly #rulings = new Map<string, Ruling>();
  #settled = false;

  constructor(number: number, publication: Publication, sentAt: number) {
    this.number = number;
    this.publication = publication;
    this.sentAt = sentAt;
    const { fromUserId, toUserIds, isIncludeSender } = publication;
    this.userIds = new Set(isIncludeSender ? [...toUserIds, fromUserId] : toUserIds);
  }

  get answer(): Answer | undefined {
    return this.#answer;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** One for each client that was meant or that got something; once settled. */
  get rulings(): readonly Ruling[] {
    return [...this.#rulings.values()];
  }

  answered(answer: Answer): void {
    this.#answer = answer;
  }

  /** Keeps what comes before it is settled. */
  received(receipt: Receipt): void {
    this.#receipts.push(receipt);
  }

  /** Once the answer is there and, after it, each of these clients has passed a barrier. */
  settle(staysOf: StaysOf, barriers: Barriers): void {
    for (const userId of this.userIds) this.#rulingOn(userId, staysOf, barriers.get(userId));
    for (const receipt of this.#receipts.splice(0)) this.#rulingOn(receipt.userId, staysOf).take(receipt);
    for (const ruling of this.rulings) ruling.close();
    this.#settled = true;
  }

  /** Takes what comes after it was settled; returns what is wrong with it. */
  receivedAfterwards(receipt: Receipt, staysOf: StaysOf): Fault | undefined {
    return this.#rulingOn(receipt.userId, staysOf).take(receipt);
  }

  #rulingOn(userId: string, staysOf: StaysOf, barrierAt = Number.POSITIVE_INFINITY): Ruling {
    const known = this.#rulings.get(userId);
    if (known) return known;
    const interval = { from: this.sentAt, to: this.#answeredAt, barrierAt };
    const ruling = new Ruling(userId, this.#dueTo(userId), interval, staysOf(userId));
    this.#rulings.set(userId, ruling);
    return ruling;
  }

  get #answeredAt(): number {
    const answer = this.#answer;
    return answer && answer.outcome !== 'unanswered' ? answer.at : Number.POSITIVE_INFINITY;
  }

  /** As B1.5, B1.6 and B1.11 have it. */
  #dueTo(userId: string): Due | undefined {
    if (this.#answer?.outcome === 'refused' || !this.userIds.has(userId)) return undefined;
    const uids = this.#answer?.outcome === 'accepted' ? this.#answer.messageUIDs : undefined;
    const { fromUserId, toUserIds } = this.publication;
    if (userId === fromUserId && !toUserIds.includes(userId))
      return { kind: 'echo', messageUID: uids && [...uids.values()].join(' ') };
    return { kind: 'status', messageUID: uids?.get(userId) };
  }
}
