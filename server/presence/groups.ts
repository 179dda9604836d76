/** Who is in which group (A6). A group is its members: with the last of them it is gone. */
export class Groups {
  readonly #members = new Map<string, Set<string>>();

  /** Adds members; a group that there was none of begins with them. */
  join(groupId: string, userIds: readonly string[]): void {
    const members = this.#members.get(groupId) ?? new Set();
    for (const userId of userIds) members.add(userId);
    this.#members.set(groupId, members);
  }

  quit(groupId: string, userIds: readonly string[]): void {
    const members = this.#members.get(groupId);
    if (members === undefined) return;
    for (const userId of userIds) members.delete(userId);
    if (members.size === 0) this.#members.delete(groupId);
  }

  dismiss(groupId: string): void {
    this.#members.delete(groupId);
  }

  clear(): void {
    this.#members.clear();
  }

  /** In the order in which they joined; nobody, if there is no such group. */
  membersOf(groupId: string): string[] {
    return [...(this.#members.get(groupId) ?? [])];
  }
}
