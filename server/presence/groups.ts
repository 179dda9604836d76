import { limitExceeded } from '../core/api-error.ts';
import { Lists } from './lists.ts';

/** How many members groups may have. */
export interface GroupBounds {
  readonly groupMembers: number;
  /** Of all groups together; whoever is in two counts twice. */
  readonly groupMembersPerApp: number;
}

/** Who is in which group (A6). A group is its members: with the last of them it is gone. */
export class Groups extends Lists {
  readonly #bounds: GroupBounds;

  constructor(bounds: GroupBounds = { groupMembers: Infinity, groupMembersPerApp: Infinity }) {
    super();
    this.#bounds = bounds;
  }

  membersOf(groupId: string): string[] {
    return this.of(groupId);
  }

  checkAdd(groupId: string, userIds: readonly string[]): void {
    const { groupMembers, groupMembersPerApp } = this.#bounds;
    const added = this.newTo(groupId, userIds);
    if (this.of(groupId).length + added > groupMembers)
      throw limitExceeded('The parameter userId is too much for the group', groupMembers, 'groupMembers');
    if (this.count + added > groupMembersPerApp)
      throw limitExceeded(
        "The parameter userId is too much for the app's groups",
        groupMembersPerApp,
        'groupMembersPerApp',
      );
  }
}
