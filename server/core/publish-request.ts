import type { ChannelType } from '../protocol/frames.ts';
import { builtIns, callSignalling, reservedPrefix } from '../protocol/message-types.ts';
import { badParameter } from './api-error.ts';
import { type Fields, isJsonObject } from './parameters.ts';
import { publishParameters as parameters } from './publish-parameters.ts';

/** A publish without its recipients. */
export interface Draft {
  readonly fromUserId: string;
  readonly objectName: string;
  /** Exactly as published. */
  readonly content: string;
  /** Skip recipients who block the sender (B1.8). */
  readonly verifyBlacklist: boolean;
  /** Send the sender's own sessions a copy (B1.6). */
  readonly includeSender: boolean;
  /** The service would store it, and deliver it later to who is offline; here it reaches who is online (B13). */
  readonly stored?: true;
}

/** One publish that passed every check of B3. */
export interface PublishRequest extends Draft {
  readonly channelType: ChannelType;
  /** Only of a publish to a group. */
  readonly groupId?: string;
  /** Distinct, in the order of first appearance (B1.4). */
  readonly toUserIds: readonly string[];
}

/** A request that becomes one publish for each group (B1.14). */
export interface GroupPublish extends Draft {
  /** Distinct, in the order of first appearance. */
  readonly toGroupIds: readonly string[];
  /** The only members that it is for; all, unless given. */
  readonly onlyUserIds?: readonly string[];
}

/** Checks that can be switched off. */
export interface PublishRules {
  /** Accept `RC:` names that are not built in (B3.5). */
  readonly acceptUnknownBuiltIns: boolean;
  /** Accept built-in types whose content is not a JSON object (B3.6). */
  readonly acceptAnyContent: boolean;
}

/**
 * Reads the parameters of A1 into a request; unknown ones are ignored.
 * @throws ApiError 1002 or 1005, naming the parameter and the limit (B3)
 */
export function parsePublish(fields: Fields, rules: PublishRules): PublishRequest {
  const fromUserId = parameters.fromUserId.read(fields);
  const toUserIds = parameters.toUserId.read(fields);
  const { objectName, content } = parseMessage(fields, rules);
  const { verifyBlacklist, includeSender } = flags(fields);
  // Every publish comes by here: to spread objects takes V8 ten times as long.
  return {
    channelType: 'PERSON',
    fromUserId,
    toUserIds,
    objectName,
    content,
    verifyBlacklist,
    includeSender,
  };
}

/** The same for groups. @throws ApiError as above */
export function parseGroupPublish(fields: Fields, rules: PublishRules): GroupPublish {
  const fromUserId = parameters.fromUserId.read(fields);
  const toGroupIds = parameters.toGroupId.read(fields);
  return { fromUserId, toGroupIds, ...parseMessage(fields, rules), ...flags(fields) };
}

/** The same for a message that the service stores (B13). @throws ApiError as above */
export function parseStored(fields: Fields, rules: PublishRules): PublishRequest {
  return { ...parsePublish(fields, rules), stored: true };
}

/** The same request, as such a message if it is marked as one, which our own calls allow (B13.4). @throws ApiError 1002 */
export const orStored = <T extends Draft>(request: T, fields: Fields): T =>
  parameters.stored.read(fields) ? { ...request, stored: true } : request;

/** The same for groups, or for some members of one. @throws ApiError as above */
export function parseStoredToGroup(fields: Fields, rules: PublishRules): GroupPublish {
  const request = { ...parseGroupPublish(fields, rules), stored: true } as const;
  if (!fields.get('toUserId')?.some((userId) => userId !== '')) return request;
  if (request.toGroupIds.length > 1) throw badParameter('toGroupId', 'must be one group with a toUserId');
  return { ...request, onlyUserIds: parameters.toUserId.read(fields) };
}

/** The same for a broadcast. @throws ApiError as above */
export function parseBroadcast(fields: Fields, rules: PublishRules): Draft {
  const fromUserId = parameters.fromUserId.read(fields);
  return { fromUserId, ...parseMessage(fields, rules), verifyBlacklist: false, includeSender: false };
}

/**
 * One publish for each group, to its members at this instant without the sender, who gets an echo or nothing, and
 * need not be a member (B1.14).
 */
export function groupRequests(
  { toGroupIds, onlyUserIds, ...draft }: GroupPublish,
  groups: GroupView,
): PublishRequest[] {
  const only = onlyUserIds && new Set(onlyUserIds);
  const isFor = (userId: string) => userId !== draft.fromUserId && (only?.has(userId) ?? true);
  return toGroupIds.map((groupId) => {
    return { ...draft, channelType: 'GROUP', groupId, toUserIds: groups.membersOf(groupId).filter(isFor) };
  });
}

/** Who is in which group (A6). */
interface GroupView {
  membersOf(groupId: string): readonly string[];
}

function flags(fields: Fields) {
  return {
    verifyBlacklist: parameters.verifyBlacklist.read(fields),
    includeSender: parameters.isIncludeSender.read(fields),
  };
}

function parseMessage(fields: Fields, rules: PublishRules) {
  const objectName = parameters.objectName.read(fields);
  const isBuiltIn = builtIns.has(objectName) || callSignalling.test(objectName);
  if (objectName.startsWith(reservedPrefix) && !isBuiltIn && !rules.acceptUnknownBuiltIns)
    throw badParameter('objectName', `must not begin with ${reservedPrefix} unless it is a built-in type`);
  const content = parameters.content.read(fields);
  if (isBuiltIn && !rules.acceptAnyContent && !holdsJsonObject(content))
    throw badParameter('content', 'must be a JSON object for a built-in type');
  return { objectName, content };
}

function holdsJsonObject(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}
