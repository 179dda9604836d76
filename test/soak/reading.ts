/** How a process is at one moment. */
export interface Reading {
  /** Of JavaScript and what it holds outside of its heap, after the garbage was collected. */
  usedBytes: number;
  rssBytes: number;
  /** What keeps the event loop busy, by kind. */
  handles: Record<string, number>;
  /** On the process itself. */
  listeners: number;
}

/** Of this process, which needs `--expose-gc` for its garbage to be collected first. */
export function takeReading(): Reading {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1;
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return { usedBytes: heapUsed + external, rssBytes: rss, handles, listeners };
}

/** How fast a value grows, by the straight line that fits best: per minute. */
export function slopePerMinute(points: readonly { atMs: number; value: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanAt = mean(points.map(({ atMs }) => atMs));
  const meanValue = mean(points.map(({ value }) => value));
  const covariance = points.reduce((sum, { atMs, value }) => sum + (atMs - meanAt) * (value - meanValue), 0);
  const variance = points.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0);
  return variance === 0 ? 0 : (covariance / variance) * 60_000;
}
