import type { ListChange } from '../app/ports.ts';
import type { Lists } from '../presence/lists.ts';

type ListName = ListChange['list'];

/** A change with its time: of two versions of a list the one that was changed later counts. */
export interface DatedChange extends ListChange {
  /** Milliseconds since 1970, no two changes of one node the same. */
  readonly at: number;
}

/** A list, as another node is told of it. An empty one tells that it has ended. */
export interface ListState {
  readonly list: ListName;
  readonly id: string;
  readonly members: readonly string[];
  readonly changedAt: number;
}

/** How long the end of a list is remembered: a node that has missed it must not bring the list back. */
const rememberedMs = 600_000;

/** Ends of lists remembered at most; then the oldest go first. */
const endsAtMost = 10_000;

/** When each list of one app was last changed, so that nodes that could not reach each other agree again (B9.2). */
export class ListVersions {
  readonly #lists: Readonly<Record<ListName, Lists>>;
  readonly #changedAt = { blacklists: new Map<string, number>(), groups: new Map<string, number>() };
  /** By list and id, in the order in which they ended. */
  readonly #ended = new Map<string, { list: ListName; id: string; at: number }>();
  /** When all lists were last cleared. */
  clearedAt = 0;
  #lastAt = 0;

  constructor(lists: Readonly<Record<ListName, Lists>>) {
    this.#lists = lists;
  }

  /** For a change: a time later than that of any so far. */
  nextTime(): number {
    this.#lastAt = Math.max(Date.now(), this.#lastAt + 1);
    return this.#lastAt;
  }

  /** A change has been made here. */
  note({ list, id, at }: DatedChange): void {
    this.#see(at);
    const changedAt = this.#changedAt[list];
    changedAt.set(id, Math.max(changedAt.get(id) ?? 0, at));
    this.#noteEnd(list, id, at);
  }

  *state(): IterableIterator<ListState> {
    for (const list of ['blacklists', 'groups'] as const) {
      for (const [id, changedAt] of this.#changedAt[list]) {
        yield { list, id, members: this.#lists[list].of(id), changedAt };
      }
    }
  }

  changedAfter(at: number): ListState[] {
    return [...this.state()].filter(({ changedAt }) => changedAt > at);
  }

  /** Takes over another node's version of a list if it is the later one. */
  adopt({ list, id, members, changedAt }: ListState): void {
    this.#see(changedAt);
    if (changedAt <= Math.max(this.clearedAt, this.#changedAt[list].get(id) ?? 0)) return;
    this.#lists[list].drop(id);
    this.#lists[list].add(id, members);
    this.#changedAt[list].set(id, changedAt);
    this.#noteEnd(list, id, changedAt);
  }

  /** All lists were cleared at this time. */
  clear(at: number): void {
    this.#see(at);
    if (at <= this.clearedAt) return;
    this.clearedAt = at;
    for (const list of ['blacklists', 'groups'] as const) {
      for (const [id, changedAt] of this.#changedAt[list]) {
        if (changedAt > at) continue;
        this.#lists[list].drop(id);
        this.#changedAt[list].delete(id);
        this.#ended.delete(keyOf(list, id));
      }
    }
  }

  #see(at: number): void {
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  #noteEnd(list: ListName, id: string, at: number): void {
    const key = keyOf(list, id);
    this.#ended.delete(key);
    if (!this.#lists[list].hasList(id)) this.#ended.set(key, { list, id, at });
    for (const [oldest, end] of this.#ended) {
      if (this.#ended.size <= endsAtMost && end.at > this.#lastAt - rememberedMs) return;
      this.#ended.delete(oldest);
      this.#changedAt[end.list].delete(end.id);
    }
  }
}

const keyOf = (list: string, id: string) => `${list} ${id}`;
