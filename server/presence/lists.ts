import { ownCopy } from './own-copy.ts';

/** A list, as another node is told of it. */
export interface ListState {
  readonly id: string;
  readonly members: readonly string[];
  readonly changedAt: number;
}

interface List {
  readonly members: Set<string>;
  /** Of two versions of a list the one that was changed later counts. */
  changedAt: number;
}

/**
 * Lists of users by the id of whoever they belong to. With its last member a list is gone.
 *
 * In a cluster each change has a time (`at`), and an empty list leaves its own behind: a node that has missed the end
 * of a list is not to bring it back.
 */
export abstract class Lists {
  readonly #lists = new Map<string, List>();
  #count = 0;
  #clearedAt = 0;

  /** Members of all lists together; whoever is on two counts twice. */
  get count(): number {
    return this.#count;
  }

  get clearedAt(): number {
    return this.#clearedAt;
  }

  has(id: string, member: string): boolean {
    return this.#lists.get(id)?.members.has(member) ?? false;
  }

  /** In the order in which they were added. */
  of(id: string): string[] {
    return [...(this.#lists.get(id)?.members ?? [])];
  }

  /** How many of these are not on the list yet. */
  newTo(id: string, members: readonly string[]): number {
    return new Set(members.filter((member) => !this.has(id, member))).size;
  }

  /** @throws ApiError 1002 when these would be too many; asked by whoever takes a change, before it is made anywhere */
  abstract checkAdd(id: string, members: readonly string[]): void;

  add(id: string, members: readonly string[], at = 0): void {
    const list = this.#lists.get(id) ?? { members: new Set(), changedAt: 0 };
    this.#count += this.newTo(id, members);
    for (const member of members) if (!list.members.has(member)) list.members.add(ownCopy(member));
    list.changedAt = Math.max(list.changedAt, at);
    if (!this.#lists.has(id)) this.#lists.set(ownCopy(id), list);
  }

  remove(id: string, members: readonly string[], at = 0): void {
    const list = this.#lists.get(id);
    if (list === undefined) return;
    for (const member of members) if (list.members.delete(member)) this.#count--;
    list.changedAt = Math.max(list.changedAt, at);
    if (list.members.size === 0 && at === 0) this.#lists.delete(id);
  }

  drop(id: string, at = 0): void {
    this.remove(id, this.of(id), at);
  }

  clear(at = 0): void {
    this.#clearedAt = Math.max(this.#clearedAt, at);
    for (const [id, { changedAt }] of this.#lists) if (at === 0 || changedAt <= at) this.#forget(id);
  }

  *state(): IterableIterator<ListState> {
    for (const [id, { members, changedAt }] of this.#lists) yield { id, members: [...members], changedAt };
  }

  /** Takes over another node's version of a list if it is the later one. */
  adopt({ id, members, changedAt }: ListState): void {
    const own = this.#lists.get(id);
    if (changedAt <= Math.max(this.#clearedAt, own?.changedAt ?? 0)) return;
    this.#forget(id);
    this.add(id, members, changedAt);
  }

  #forget(id: string): void {
    this.#count -= this.#lists.get(id)?.members.size ?? 0;
    this.#lists.delete(id);
  }
}
