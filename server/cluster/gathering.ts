/** What other nodes answered to one question. */
export interface Answers {
  readonly bodies: readonly unknown[];
  /** Whether each node that may be there has answered. */
  readonly isComplete: boolean;
}

/** Nobody else is there. */
export const noAnswers: Answers = { bodies: [], isComplete: true };

/** One question on its way round: who has answered it, and who is still to. */
export class Gathering {
  readonly answers: Promise<Answers>;
  readonly #awaited: Set<string>;
  readonly #bodies: unknown[] = [];
  readonly #answered = new Set<string>();
  /** How many more than those that are known got the question; undefined until the broker has told. */
  #strangers: number | undefined;
  #strangersAnswered = 0;
  #isIncomplete = false;
  #resolve!: (answers: Answers) => void;

  /** @param awaited who is known to be there */
  constructor(awaited: Iterable<string>) {
    this.#awaited = new Set(awaited);
    this.answers = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Who is known, and has not answered. */
  get missing(): string[] {
    return [...this.#awaited];
  }

  /** The question has gone out, and so many more than are known got it: they may be just about to say who they are. */
  sent(strangers: number): void {
    this.#strangers = strangers;
    this.#endIfComplete();
  }

  answer(node: string, body: unknown): void {
    if (this.#answered.has(node)) return;
    this.#answered.add(node);
    this.#bodies.push(body);
    if (!this.#awaited.delete(node)) this.#strangersAnswered++;
    this.#endIfComplete();
  }

  /** The node is not there any more: there is nobody to wait for, and nobody whom the question was about. */
  gone(node: string): void {
    this.#awaited.delete(node);
    this.#endIfComplete();
  }

  /** The node cannot be reached, and may be there all the same. */
  unreachable(node: string): void {
    if (this.#awaited.has(node)) this.#isIncomplete = true;
    this.gone(node);
  }

  /** Whoever has not said by now who he is is no node: anybody may listen to the engine. */
  forgetStrangers(): void {
    if (this.#strangers === undefined) return;
    this.#strangers = 0;
    this.#endIfComplete();
  }

  /** No more answers are waited for. */
  end(): void {
    this.#resolve({ bodies: this.#bodies, isComplete: this.#hasAll && !this.#isIncomplete });
  }

  get #hasAll(): boolean {
    return (
      this.#awaited.size === 0 && this.#strangersAnswered >= (this.#strangers ?? Number.POSITIVE_INFINITY)
    );
  }

  #endIfComplete(): void {
    if (this.#hasAll) this.end();
  }
}
