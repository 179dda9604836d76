import { timeLimit } from '../time-limit.ts';

/**
 * The gate before a step, which waits until it is the actor's turn.
 * @param shares names of what the step has to do with besides the app, such as a variable of two actors
 */
export type Turn = (label: string, ...shares: string[]) => Promise<void>;

/** Somebody in a scenario, who takes one step after the other when told. */
export class Actor {
  /** The step that is next. */
  label = '';
  shares: readonly string[] = [];
  readonly #name: string;
  readonly #timeoutMs: number;
  /** Lets the next step begin; undefined when there is none. */
  #open: (() => void) | undefined;
  /** Ends the step. */
  #pause = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(name: string, timeoutMs: number) {
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  get hasTurn(): boolean {
    return this.#open !== undefined;
  }

  /** Goes up to the gate of the first step. Rejects with what it throws. */
  begin(act: (turn: Turn) => unknown): Promise<void> {
    const turn: Turn = (label, ...shares) => {
      this.label = label;
      this.shares = shares;
      return new Promise((open) => {
        this.#open = open;
        this.#pause();
      });
    };
    const acting = async () => act(turn);
    return this.#run(() => {
      acting().then(
        () => this.#pause(),
        (error) => this.#fail(error),
      );
    });
  }

  /** Takes the next step. Rejects with what it throws, or when it does not come to its end. */
  step(): Promise<void> {
    const open = this.#open!;
    this.#open = undefined;
    return this.#run(open);
  }

  #run(go: () => void): Promise<void> {
    let callOff = () => {};
    const run = new Promise<void>((resolve, reject) => {
      const stuck = `"${this.#name}" came to no next turn and to no end within ${this.#timeoutMs} ms.`;
      callOff = timeLimit(this.#timeoutMs, () => reject(new Error(stuck)));
      this.#pause = resolve;
      this.#fail = reject;
      go();
    });
    return run.finally(callOff);
  }
}
