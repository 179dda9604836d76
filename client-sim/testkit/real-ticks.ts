/** The real functions, which sockets and the server's start need even under fake timers. */
const real = {
  nextTick: realOf(process.nextTick, '_nextTick'),
  queueMicrotask: realOf(globalThis.queueMicrotask, '_queueMicrotask'),
};

let running = 0;
let { nextTick } = process;
let { queueMicrotask } = globalThis;

/** Runs an action with the real functions in place. The test's fakes return when the last action ends. */
export async function inRealTicks<T>(action: () => T | Promise<T>): Promise<T> {
  if (running++ === 0) {
    ({ nextTick } = process);
    ({ queueMicrotask } = globalThis);
    process.nextTick = real.nextTick;
    globalThis.queueMicrotask = real.queueMicrotask;
  }
  try {
    return await action();
  } finally {
    if (--running === 0) {
      process.nextTick = nextTick;
      globalThis.queueMicrotask = queueMicrotask;
    }
  }
}

/** jest can fake them before it loads any module. A fake keeps the original on its clock. */
function realOf<F>(current: F, name: string): F {
  const { clock } = current as { clock?: Record<string, F> };
  return clock?.[name] ?? current;
}
