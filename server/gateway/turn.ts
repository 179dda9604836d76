// Not the global ones: a test may have put fake timers there, and the sockets here are real.
import { setImmediate } from 'node:timers';

/** Something that gathers writes and sends them together. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];

/** Calls `flush` once, at the end of this turn of the event loop. */
export function flushAtEndOfTurn(flushable: Flushable): void {
  if (waiting.length === 0) setImmediate(endTurn);
  waiting.push(flushable);
}

function endTurn(): void {
  const turn = waiting;
  waiting = [];
  for (const flushable of turn) flushable.flush();
}
