/** What fake timers put themselves in the place of, and Node's sockets and the server's start cannot do without. */
const real = {
  nextTick: realOf(process.nextTick, '_nextTick'),
  queueMicrotask: realOf(globalThis.queueMicrotask, '_queueMicrotask'),
};

let running = 0;
let { nextTick } = process;
let { queueMicrotask } = globalThis;

/** Runs an action in real ticks, whatever a test has faked; the fakes are back when the last one has ended. */
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

/** jest may have faked them before it loads any module; the fake keeps what it replaced. */
function realOf<F>(current: F, name: string): F {
  const { clock } = current as { clock?: Record<string, F> };
  return clock?.[name] ?? current;
}
