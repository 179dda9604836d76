import type { SimEvent } from './core/sim-event.ts';

export type TraceListener = (event: SimEvent) => void;

/** Tells what happens to whoever listens, as it happens. Keeps nothing. */
export class Trace {
  readonly #listeners = new Map<TraceListener, string | undefined>();

  /** @param appKey only this app's events; undefined for all. @returns what ends it */
  listen(listener: TraceListener, appKey?: string): () => void {
    this.#listeners.set(listener, appKey);
    return () => this.#listeners.delete(listener);
  }

  /** Whether anybody would hear of this app: reports are not made for nobody. */
  isHeard(appKey: string): boolean {
    for (const only of this.#listeners.values()) {
      if (only === undefined || only === appKey) return true;
    }
    return false;
  }

  emit(event: SimEvent): void {
    for (const [listener, only] of [...this.#listeners]) {
      if (only === undefined || only === event.appKey) tell(listener, event);
    }
  }
}

/** What a listener throws is its own affair: thrown from here, it would leave half done what the event tells of. */
function tell(listener: TraceListener, event: SimEvent): void {
  try {
    listener(event);
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
