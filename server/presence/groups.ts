import { overBound } from '../core/bound.ts';
import { ownCopy } from './own-copy.ts';

/** How many members groups may have. */
export interface GroupBounds {
  readonly groupMembers: number;
  /** Of all groups together; whoever is in two counts twice. */
  readonly groupMembersPerApp: number;
}

/** Who is in which group (A6). A group is its members: with the last of them it is gone. */
export class Groups {
  readonly #members = new Map<string, Set<string>>();
  readonly #bounds: GroupBounds;
  /** In all groups together. */
  #count = 0;

  constructor(bounds: GroupBounds = { groupMembers: Infinity, groupMembersPerApp: Infinity }) {
    this.#bounds = bounds;
  }

  /** Adds members, all of them or none; a group that there was none of begins with them. @throws ApiError 1002 */
  join(groupId: string, userIds: readonly string[]): void {
    const members = this.#members.get(groupId) ?? new Set();
    const added = new Set(userIds.filter((userId) => !members.has(userId)));
    const { groupMembers, groupMembersPerApp } = this.#bounds;
    if (members.size + added.size > groupMembers)
      throw overBound('The parameter userId is too much for the group', groupMembers, 'groupMembers');
    if (this.#count + added.size > groupMembersPerApp)
      throw overBound(
        "The parameter userId is too much for the app's groups",
        groupMembersPerApp,
        'groupMembersPerApp',
      );
    for (const userId of added) members.add(ownCopy(userId));
    this.#count += added.size;
    if (!this.#members.has(groupId)) this.#members.set(ownCopy(groupId), members);
  }

  quit(groupId: string, userIds: readonly string[]): void {
    const members = this.#members.get(groupId);
    if (members === undefined) return;
    for (const userId of userIds) if (members.delete(userId)) this.#count--;
    if (members.size === 0) this.#members.delete(groupId);
  }

  dismiss(groupId: string): void {
    this.#count -= this.#members.get(groupId)?.size ?? 0;
    this.#members.delete(groupId);
  }

  clear(): void {
    this.#members.clear();
    this.#count = 0;
  }

  /** In the order in which they joined; nobody, if there is no such group. */
  membersOf(groupId: string): string[] {
    return [...(this.#members.get(groupId) ?? [])];
  }
}
