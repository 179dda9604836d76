import { timeLimit } from '../time-limit.ts';

/**
 * The gate before a step, which waits until it is the actor's turn.
 * @param shares names of what the step has to do with besides the app, such as a variable of two actors
 */
export type Turn = (label: string, ...shares: string[]) => Promise<void>;

/** A step that is next. */
export interface Next {
  readonly label: string;
  /** Names of what it has to do with. */
  readonly shares: readonly string[];
  /** Takes it. Rejects with what it throws, or when it does not come to its end. */
  go(): void | Promise<void>;
}

/**
 * Somebody in a scenario, who takes one step after the other when told.
 * @param offer is told of each step, when it is next
 * @returns how to go up to the first
 */
export function actorOf(
  name: string,
  act: (turn: Turn) => unknown,
  offer: (next: Next) => void,
  timeoutMs: number,
): () => Promise<void> {
  let pause: () => void;
  let fail: (error: unknown) => void;
  const run = (go: () => void) => {
    let callOff = () => {};
    const paused = new Promise<void>((resolve, reject) => {
      const stuck = `"${name}" came to no next turn and to no end within ${timeoutMs} ms.`;
      callOff = timeLimit(timeoutMs, () => reject(new Error(stuck)));
      [pause, fail] = [resolve, reject];
      go();
    });
    return paused.finally(callOff);
  };
  const turn: Turn = (label, ...shares) => {
    return new Promise((open) => {
      offer({ label, shares, go: () => run(open) });
      pause();
    });
  };
  const acting = async () => act(turn);
  return () =>
    run(
      () =>
        void acting().then(
          () => pause(),
          (error) => fail(error),
        ),
    );
}
