/** The time an app lives by. Everything that depends on time asks this, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `callback` once, `delayMs` from now; returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}
