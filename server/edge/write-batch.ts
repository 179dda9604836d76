// Not the globals, which a test may have replaced by fake timers: the sockets here are real.
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

/** Writes that are collected during a turn of the event loop and go out together. */
export interface WriteBatch {
  flush(): void;
}

/**
 * How long a turn of the event loop may write. The rest waits for the next turn: it then goes out together with what
 * has been published meanwhile, and no answer waits for the whole of a large fan-out.
 */
const writingMs = 1;

/** Batches flushed between two looks at the time; a look for each would cost some 2 % of a fan-out. */
const batchesPerLook = 8;

let batches: WriteBatch[] = [];
let callbacks: (() => void)[] = [];
let isScheduled = false;

/** Flushes a batch once, at the end of this turn, or in a later turn when there is too much to write. */
export function flushAtEndOfTurn(batch: WriteBatch): void {
  batches.push(batch);
  schedule();
}

/** Calls back at the end of this turn, after its flushes. */
export function afterTurn(callback: () => void): void {
  callbacks.push(callback);
  schedule();
}

function schedule(): void {
  if (!isScheduled) setImmediate(endTurn);
  isScheduled = true;
}

function endTurn(): void {
  isScheduled = false;
  const endsAt = performance.now() + writingMs;
  const due = callbacks;
  callbacks = [];
  let flushed = 0;
  while (flushed < batches.length) {
    batches[flushed++]!.flush();
    if (flushed % batchesPerLook === 0 && performance.now() >= endsAt) break;
  }
  batches = batches.slice(flushed);
  for (const callback of due) callback();
  if (batches.length > 0) schedule();
}
