import type { ChannelType } from '../protocol/frames.ts';
import { limits } from '../protocol/limits.ts';
import { builtInType, reservedPrefix } from '../protocol/message-types.ts';
import { ApiError } from './api-error.ts';
import { characters, type Fields, flag, requiredText, tooLong, userId, userIds } from './parameters.ts';

/** One publish that passed every check of B3. */
export interface PublishRequest {
  readonly channelType: ChannelType;
  readonly fromUserId: string;
  /** Distinct, in the order of first appearance (B1.4). */
  readonly toUserIds: readonly string[];
  readonly objectName: string;
  /** Exactly as published. */
  readonly content: string;
  /** Skip recipients who block the sender (B1.8). */
  readonly verifyBlacklist: boolean;
  /** Send the sender's own sessions a copy (B1.6). */
  readonly includeSender: boolean;
}

/** Checks that a caller may switch off. */
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
  const fromUserId = userId(fields, 'fromUserId');
  const toUserIds = userIds(fields, 'toUserId', limits.recipients);
  const objectName = parseObjectName(fields, rules);
  const content = parseContent(fields, objectName, rules);
  const verifyBlacklist = flag(fields, 'verifyBlacklist');
  const includeSender = flag(fields, 'isIncludeSender');
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

function parseObjectName(fields: Fields, rules: PublishRules): string {
  const objectName = requiredText(fields, 'objectName');
  const length = characters(objectName);
  if (length > limits.objectNameCharacters) {
    throw tooLong('objectName', length, limits.objectNameCharacters, 'characters');
  }
  const reserved = objectName.startsWith(reservedPrefix) && builtInType(objectName) === undefined;
  if (reserved && !rules.acceptUnknownBuiltIns) {
    throw new ApiError(
      'badParameter',
      `The parameter objectName must not begin with ${reservedPrefix} unless it is a built-in type.`,
    );
  }
  return objectName;
}

function parseContent(fields: Fields, objectName: string, rules: PublishRules): string {
  const content = requiredText(fields, 'content');
  const bytes = Buffer.byteLength(content);
  if (bytes > limits.contentBytes) throw tooLong('content', bytes, limits.contentBytes, 'bytes');
  if (!rules.acceptAnyContent && builtInType(objectName) !== undefined && !isJsonObject(content)) {
    throw new ApiError('badParameter', `The parameter content must be a JSON object for a built-in type.`);
  }
  return content;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
