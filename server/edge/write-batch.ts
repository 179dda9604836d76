// Not the global ones: a test may have put fake timers there, and the sockets here are real.
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

/** Writes that are gathered during a turn of the event loop, and go out together. */
export interface WriteBatch {
  flush(): void;
}

/**
 * How long one turn of the event loop may write. The rest waits for the next turn: whatever is published meanwhile to
 * those still waiting goes out with what they have, and nobody's answer waits for all of a large fan-out.
 */
const writingMs = 1;

/** How many batches are flushed between two looks at the time: to look each time costs some 2 % of a fan-out. */
const perLook = 8;

let waiting: WriteBatch[] = [];
let behind: (() => void)[] = [];
let isScheduled = false;

/** Flushes a batch once, at the end of this turn of the event loop, or of a later one when there is too much to write. */
export function flushAtEndOfTurn(batch: WriteBatch): void {
  waiting.push(batch);
  schedule();
}

/** Calls back at the end of this turn, behind what it flushes. */
export function afterTurn(callBack: () => void): void {
  behind.push(callBack);
  schedule();
}

/** One Immediate for all. */
function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(endTurn);
}

function endTurn(): void {
  isScheduled = false;
  const endsAt = performance.now() + writingMs;
  const last = behind;
  behind = [];
  let flushed = 0;
  while (flushed < waiting.length) {
    waiting[flushed++]!.flush();
    if (flushed % perLook === 0 && performance.now() >= endsAt) break;
  }
  waiting = waiting.slice(flushed);
  for (const callBack of last) callBack();
  if (waiting.length > 0) schedule();
}
