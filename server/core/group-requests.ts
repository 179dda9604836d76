import type { GroupPublish, PublishRequest } from './publish-request.ts';

/** Who is in which group (A6). */
export interface GroupView {
  membersOf(groupId: string): readonly string[];
}

/**
 * One publish for each group: to those who are members at this instant, but for the sender, who gets an echo or
 * nothing there, and need not be a member (B1.14).
 */
export function groupRequests({ toGroupIds, ...draft }: GroupPublish, groups: GroupView): PublishRequest[] {
  return toGroupIds.map((groupId) => ({
    ...draft,
    channelType: 'GROUP',
    groupId,
    toUserIds: groups.membersOf(groupId).filter((userId) => userId !== draft.fromUserId),
  }));
}
