const tickMs = 10;

/** Calls `step` so many times a second, evenly and from now on; returns what ends it. */
export function pace(perSecond: number, step: () => void): () => void {
  const startedAt = performance.now();
  let steps = 0;
  const tick = () => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
    for (; steps < due; steps++) step();
  };
  const timer = setInterval(tick, tickMs);
  return () => clearInterval(timer);
}
