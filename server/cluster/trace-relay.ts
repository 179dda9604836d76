import { Trace, type TraceListener } from '../app/trace.ts';
import type { SimEvent } from '../core/sim-event.ts';
import type { Cluster } from './cluster.ts';

/** Lets a listener hear of what happens to an app on all nodes. */
export class TraceRelay {
  readonly #cluster: Cluster;
  /** What happens on this node. */
  readonly #local: Trace;
  /** What the other nodes tell of what happens there. */
  readonly #remote = new Trace();
  /** The subscriptions of other nodes to what happens here: by node and app, with what ends each. */
  readonly #subscribers = new Map<string, Map<string, () => void>>();

  constructor(cluster: Cluster, local: Trace) {
    this.#cluster = cluster;
    this.#local = local;
  }

  /** The apps that have listeners here. */
  get apps(): string[] {
    return [...this.#remote.apps].filter((appKey) => appKey !== undefined);
  }

  /** Calls `listener` at each event of this app on any node; resolves when every node knows of it. */
  async listen(listener: TraceListener, appKey: string): Promise<() => void> {
    const isFirst = !this.#remote.isHeard(appKey, 'publish');
    const ends = [this.#local.listen(listener, appKey), this.#remote.listen(listener, appKey)];
    if (isFirst) await this.#cluster.request('subscribe', appKey);
    return () => {
      for (const end of ends) end();
      if (!this.#remote.isHeard(appKey, 'publish')) this.#cluster.notify('unsubscribe', appKey);
    };
  }

  /** Carries out what another node says about this; false when it is about something else. */
  receive(node: string, kind: string, appKey: string, body: unknown): boolean {
    if (kind === 'subscribe') this.subscribe(node, appKey);
    else if (kind === 'unsubscribe') this.unsubscribe(node, appKey);
    else if (kind === 'event') this.#remote.emit(body as SimEvent);
    else return false;
    return true;
  }

  subscribe(node: string, appKey: string): void {
    const ends = this.#subscribers.get(node) ?? new Map<string, () => void>();
    if (ends.has(appKey)) return;
    const forward = (event: SimEvent) => this.#cluster.notify('event', appKey, event, node);
    this.#subscribers.set(node, ends.set(appKey, this.#local.listen(forward, appKey)));
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
