import { type ListChange, type ListName, type ListState, type Lists, listNames } from '../presence/lists.ts';

/** Changes with their time: of two versions of a list the one that was changed later counts. */
export interface DatedChanges {
  readonly changes: readonly ListChange[];
  /** Milliseconds since 1970, no two of one node the same. */
  readonly at: number;
}

/** How long the end of a list is remembered: a node that has missed it must not bring the list back. */
const rememberedMs = 600_000;

/** Ends of lists remembered at most; then the oldest go first. */
const endsAtMost = 10_000;

/** When each list of one app was last changed, so that nodes that could not reach each other agree again (B9.2). */
export class ListVersions {
  readonly #lists: Readonly<Record<ListName, Lists>>;
  /** By list and id, in the order in which they ended. */
  readonly #ended = new Map<string, ListState>();
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

  /** Changes have been made here. */
  note({ changes, at }: DatedChanges): void {
    this.#see(at);
    for (const { list, id } of changes) this.#noteEnd(list, id, at);
  }

  *state(): IterableIterator<ListState> {
    for (const list of listNames) {
      for (const [id, { members, about, changedAt }] of this.#lists[list].entries()) {
        yield { list, id, members: [...members], about, changedAt };
      }
    }
    yield* this.#ended.values();
  }

  changedAfter(at: number): ListState[] {
    return [...this.state()].filter(({ changedAt }) => changedAt > at);
  }

  /** Takes over another node's version of a list if it is the later one. */
  adopt(state: ListState): void {
    const { list, id, changedAt } = state;
    const known = this.#lists[list].get(id) ?? this.#ended.get(keyOf(list, id));
    this.#see(changedAt);
    if (changedAt <= Math.max(this.clearedAt, known?.changedAt ?? 0)) return;
    this.#lists[list].put(id, state);
    this.#noteEnd(list, id, changedAt);
  }

  /** All lists were cleared at this time. */
  clear(at: number): void {
    this.#see(at);
    if (at <= this.clearedAt) return;
    this.clearedAt = at;
    for (const { list, id, changedAt } of this.state()) {
      if (changedAt > at) continue;
      this.#lists[list].drop(id);
      this.#ended.delete(keyOf(list, id));
    }
  }

  #see(at: number): void {
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  #noteEnd(list: ListName, id: string, at: number): void {
    const key = keyOf(list, id);
    const changedAt = Math.max(at, this.#ended.get(key)?.changedAt ?? 0);
    this.#ended.delete(key);
    if (!this.#lists[list].get(id)) this.#ended.set(key, { list, id, members: [], changedAt });
    for (const [oldest, end] of this.#ended) {
      if (this.#ended.size <= endsAtMost && end.changedAt > this.#lastAt - rememberedMs) return;
      this.#ended.delete(oldest);
    }
  }
}

const keyOf = (list: string, id: string) => `${list} ${id}`;
