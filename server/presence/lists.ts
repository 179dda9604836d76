import { limitExceeded } from '../core/api-error.ts';

/** Lists of users by the id of their owner: a user, or a group. With its last member a list is gone. */
export abstract class Lists {
  readonly #lists = new Map<string, Set<string>>();
  /** Members of all lists together; a user on two of them counts twice. */
  protected count = 0;

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

  /** To be called before members are added. @throws ApiError 1002 when they would be too many */
  abstract checkAdd(id: string, members: readonly string[]): void;

  add(id: string, members: readonly string[]): void {
    const list = this.#lists.get(id) ?? new Set();
    for (const member of members) {
      if (list.has(member)) continue;
      list.add(detachString(member));
      this.count++;
    }
    if (list.size > 0 && !this.#lists.has(id)) this.#lists.set(detachString(id), list);
  }

  remove(id: string, members: readonly string[]): void {
    const list = this.#lists.get(id);
    if (list === undefined) return;
    for (const member of members) if (list.delete(member)) this.count--;
    if (list.size === 0) this.#lists.delete(id);
  }

  drop(id: string): void {
    this.count -= this.#lists.get(id)?.size ?? 0;
    this.#lists.delete(id);
  }

  clear(): void {
    this.#lists.clear();
    this.count = 0;
  }

  /** How many of these are not on the list yet. */
  protected newTo(id: string, members: readonly string[]): number {
    return new Set(members.filter((member) => !this.has(id, member))).size;
  }
}

/** Who blocks whom: "A adds B" means that B can no longer reach A (A6). */
export class Blacklists extends Lists {
  readonly #limit: number;

  /** @param limit entries of all lists together */
  constructor(limit = Number.POSITIVE_INFINITY) {
    super();
    this.#limit = limit;
  }

  isBlocked(owner: string, other: string): boolean {
    return this.has(owner, other);
  }

  checkAdd(owner: string, others: readonly string[]): void {
    if (this.count + this.newTo(owner, others) <= this.#limit) return;
    const what = "The parameter blackUserId is too much for the app's blacklists";
    throw limitExceeded(what, this.#limit, 'blacklisted');
  }
}

/** How many members groups may have. */
interface GroupLimits {
  readonly groupMembers: number;
  /** Of all groups together; a user in two of them counts twice. */
  readonly groupMembersPerApp: number;
}

/** Who is in which group (A6). */
export class Groups extends Lists {
  readonly #limits: GroupLimits;

  constructor(limits: GroupLimits = { groupMembers: Infinity, groupMembersPerApp: Infinity }) {
    super();
    this.#limits = limits;
  }

  membersOf(groupId: string): string[] {
    return this.of(groupId);
  }

  checkAdd(groupId: string, userIds: readonly string[]): void {
    const { groupMembers, groupMembersPerApp } = this.#limits;
    const added = this.newTo(groupId, userIds);
    const what = 'The parameter userId is too much for the';
    if (this.of(groupId).length + added > groupMembers)
      throw limitExceeded(`${what} group`, groupMembers, 'groupMembers');
    if (this.count + added > groupMembersPerApp)
      throw limitExceeded(`${what} app's groups`, groupMembersPerApp, 'groupMembersPerApp');
  }
}

/** The same text in memory of its own: a substring of a request would keep all of the request. */
function detachString(text: string): string {
  return ` ${text}`.slice(1);
}
