/** Lists of users by the id of whoever they belong to. With its last member a list is gone. */
export abstract class Lists {
  readonly #lists = new Map<string, Set<string>>();
  #count = 0;

  /** Members of all lists together; whoever is on two counts twice. */
  get count(): number {
    return this.#count;
  }

  has(id: string, member: string): boolean {
    return this.#lists.get(id)?.has(member) ?? false;
  }

  hasList(id: string): boolean {
    return this.#lists.has(id);
  }

  /** In the order in which they were added. */
  of(id: string): string[] {
    return [...(this.#lists.get(id) ?? [])];
  }

  /** How many of these are not on the list yet. */
  newTo(id: string, members: readonly string[]): number {
    return new Set(members.filter((member) => !this.has(id, member))).size;
  }

  /** @throws ApiError 1002 when these would be too many; asked by whoever takes a change, before it is made */
  abstract checkAdd(id: string, members: readonly string[]): void;

  add(id: string, members: readonly string[]): void {
    const list = this.#lists.get(id) ?? new Set();
    this.#count += this.newTo(id, members);
    for (const member of members) if (!list.has(member)) list.add(detachString(member));
    if (list.size > 0 && !this.#lists.has(id)) this.#lists.set(detachString(id), list);
  }

  remove(id: string, members: readonly string[]): void {
    const list = this.#lists.get(id);
    if (list === undefined) return;
    for (const member of members) if (list.delete(member)) this.#count--;
    if (list.size === 0) this.#lists.delete(id);
  }

  drop(id: string): void {
    this.#count -= this.#lists.get(id)?.size ?? 0;
    this.#lists.delete(id);
  }

  clear(): void {
    this.#lists.clear();
    this.#count = 0;
  }
}

/** The same text in memory of its own: a substring of a request would keep all of the request. */
function detachString(text: string): string {
  return ` ${text}`.slice(1);
}
