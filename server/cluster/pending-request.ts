/** What other nodes answered to one request. */
export interface Answers {
  readonly bodies: readonly unknown[];
  /** Whether each node that may be there has answered. */
  readonly isComplete: boolean;
}

/** Nobody else is there. */
export const noAnswers: Answers = { bodies: [], isComplete: true };

/** A request that is under way: who has answered it, and who still has to. */
export class PendingRequest {
  #resolve!: (answers: Answers) => void;
  readonly answers = new Promise<Answers>((resolve) => {
    this.#resolve = resolve;
  });
  /** Known nodes that have not answered. */
  readonly awaited: Set<string>;
  readonly #bodies: unknown[] = [];
  readonly #answered = new Set<string>();
  /** How many more than the known nodes got the request; infinite until the broker has reported it. */
  #strangers = Number.POSITIVE_INFINITY;
  #strangersAnswered = 0;
  #isIncomplete = false;

  constructor(known: Iterable<string>) {
    this.awaited = new Set(known);
  }

  /** The request has gone out. `strangers`: how many more got it than are known; they may be about to introduce themselves. */
  sent(strangers: number): void {
    this.#strangers = strangers;
    this.#endIfComplete();
  }

  answer(node: string, body: unknown): void {
    if (this.#answered.has(node)) return;
    this.#answered.add(node);
    this.#bodies.push(body);
    if (!this.awaited.delete(node)) this.#strangersAnswered++;
    this.#endIfComplete();
  }

  /** The node has gone: nobody is left to wait for, or to ask about. */
  gone(node: string): void {
    this.awaited.delete(node);
    this.#endIfComplete();
  }

  /** The node cannot be reached, and may be there all the same. */
  unreachable(node: string): void {
    if (this.awaited.has(node)) this.#isIncomplete = true;
    this.gone(node);
  }

  /** Any program may subscribe to the broker: a subscriber that has not introduced itself by now is not a node. */
  forgetStrangers(): void {
    if (this.#strangers === Number.POSITIVE_INFINITY) return;
    this.#strangers = 0;
    this.#endIfComplete();
  }

  /** Waits no longer. */
  end(): void {
    this.#resolve({ bodies: this.#bodies, isComplete: this.#hasAll && !this.#isIncomplete });
  }

  get #hasAll(): boolean {
    return this.awaited.size === 0 && this.#strangersAnswered >= this.#strangers;
  }

  #endIfComplete(): void {
    if (this.#hasAll) this.end();
  }
}
