import type { Trace, TraceListener } from '../app/trace.ts';
import type { SimEvent } from '../core/sim-event.ts';
import type { Cluster } from './cluster.ts';

/** Lets a listener hear of what happens to an app on all nodes. */
export class TraceRelay {
  readonly #cluster: Cluster;
  readonly #trace: Trace;
  /** What the other nodes tell of what happens there. */
  readonly #remote: Trace;
  /** How many listen here, by app. */
  readonly #listening = new Map<string, number>();
  /** Who wants to hear what happens here: by node and app, with what ends it. */
  readonly #subscribers = new Map<string, Map<string, () => void>>();

  /**
   * @param trace of this node
   * @param remote an empty one
   */
  constructor(cluster: Cluster, trace: Trace, remote: Trace) {
    this.#cluster = cluster;
    this.#trace = trace;
    this.#remote = remote;
  }

  /** The apps that somebody listens to here. */
  get apps(): IterableIterator<string> {
    return this.#listening.keys();
  }

  /** Calls `listener` at each event of this app on any node; resolves when every node knows of it. */
  async listen(listener: TraceListener, appKey: string): Promise<() => void> {
    const ends = [this.#trace.listen(listener, appKey), this.#remote.listen(listener, appKey)];
    const count = (this.#listening.get(appKey) ?? 0) + 1;
    this.#listening.set(appKey, count);
    if (count === 1) await this.#cluster.request('subscribe', appKey);
    return () => {
      for (const end of ends) end();
      const left = (this.#listening.get(appKey) ?? 1) - 1;
      this.#listening.set(appKey, left);
      if (left > 0) return;
      this.#listening.delete(appKey);
      this.#cluster.notify('unsubscribe', appKey);
    };
  }

  /** Carries out what another node says about this; false when it is about something else. */
  receive(node: string, kind: string, appKey: string, body: unknown): boolean {
    switch (kind) {
      case 'subscribe':
        this.subscribe(node, appKey);
        return true;
      case 'unsubscribe':
        this.unsubscribe(node, appKey);
        return true;
      case 'event':
        this.#remote.emit(body as SimEvent);
        return true;
      default:
        return false;
    }
  }

  subscribe(node: string, appKey: string): void {
    const ends = this.#subscribers.get(node) ?? new Map<string, () => void>();
    if (ends.has(appKey)) return;
    const forward = (event: SimEvent) => this.#cluster.notifyOne(node, 'event', appKey, event);
    this.#subscribers.set(node, ends.set(appKey, this.#trace.listen(forward, appKey)));
  }

  /** Of one app, or of all. */
  unsubscribe(node: string, appKey?: string): void {
    const ends = this.#subscribers.get(node);
    for (const [key, end] of ends ?? []) {
      if (appKey !== undefined && key !== appKey) continue;
      end();
      ends?.delete(key);
    }
    if (ends?.size === 0) this.#subscribers.delete(node);
  }
}
