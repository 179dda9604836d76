import { limits } from '../protocol/limits.ts';
import { bytesParameter, flagParameter, idParameter, idsParameter, textParameter } from './parameters.ts';

/** The parameters of a publish (A1). */
export const publishParameters = {
  fromUserId: idParameter('fromUserId', { description: 'The sender.', example: 'alice' }),
  toUserId: idsParameter('toUserId', limits.recipients, {
    description: 'A recipient. Repeat it for more.',
    example: ['bob', 'carol'],
  }),
  toGroupId: idsParameter('toGroupId', limits.groups, {
    description: 'A group, whose members are the recipients. Repeat it for more.',
    example: ['team'],
  }),
  objectName: textParameter('objectName', limits.objectNameCharacters, {
    description: 'The message type: a built-in one, or one of your own that does not begin with RC:.',
    example: 'RC:TypSts',
  }),
  content: bytesParameter('content', limits.contentBytes, {
    description:
      'Of a built-in type a JSON object; of one of your own any text. Its limit is in bytes of UTF-8.',
    example: '{"typingContentType":"RC:TxtMsg"}',
  }),
  verifyBlacklist: flagParameter('verifyBlacklist', {
    description: '1: leave out recipients who block the sender, or whose allow list does not have it.',
    example: '0',
  }),
  isIncludeSender: flagParameter('isIncludeSender', {
    description: "1: a copy for the sender's own sessions.",
    example: '1',
  }),
  stored: flagParameter('stored', {
    description: '1: one that the service would store, and here reaches who is online.',
    example: '0',
  }),
};
