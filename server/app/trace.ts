import type { SimEvent } from '../core/sim-event.ts';

export type TraceListener = (event: SimEvent) => void;

type Kind = SimEvent['event'];

/** Tells what happens to whoever listens, as it happens. Keeps nothing. */
export class Trace {
  /** By the kind of event, and then by the app they want to hear of; under undefined, of all. */
  readonly #listeners: Record<Kind, Map<string | undefined, Set<TraceListener>>> = {
    publish: new Map(),
    session: new Map(),
    refused: new Map(),
  };

  /**
   * @param appKey only this app's events; undefined for all
   * @param kinds only these; all unless given
   * @returns what ends it
   */
  listen(listener: TraceListener, appKey?: string, kinds: readonly Kind[] = everyKind): () => void {
    const ends = kinds.map((kind) => this.#add(listener, appKey, kind));
    return () => {
      for (const end of ends) end();
    };
  }

  /** Whether anybody would hear of this: reports are not made for nobody. */
  isHeard(appKey: string | undefined, kind: Kind): boolean {
    return this.#listeners[kind].has(appKey) || this.#listeners[kind].has(undefined);
  }

  emit(event: SimEvent): void {
    for (const appKey of new Set([event.appKey, undefined])) {
      for (const listener of [...(this.#listeners[event.event].get(appKey) ?? [])]) tell(listener, event);
    }
  }

  #add(listener: TraceListener, appKey: string | undefined, kind: Kind): () => void {
    const byApp = this.#listeners[kind];
    const listeners = byApp.get(appKey) ?? new Set();
    byApp.set(appKey, listeners.add(listener));
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) byApp.delete(appKey);
    };
  }
}

const everyKind: readonly Kind[] = ['publish', 'session', 'refused'];

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
