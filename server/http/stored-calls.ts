import { ApiError } from '../core/api-error.ts';

/**
 * Calls that send what the service stores. Typing is often posted there by mistake, so each names the status call
 * that does not store (A6).
 */
export const storedCalls: Readonly<Record<string, string>> = {
  '/message/private/publish.json': '/statusmessage/private/publish.json',
  '/message/private/publish_template.json': '/statusmessage/private/publish.json',
  '/message/group/publish.json': '/statusmessage/group/publish.json',
  '/message/ultragroup/publish.json': '/statusmessage/group/publish.json',
  '/message/chatroom/publish.json': '/statusmessage/group/publish.json',
  '/message/chatroom/broadcast.json': '/message/online/broadcast.json',
  '/message/system/publish.json': '/statusmessage/private/publish.json',
  '/message/system/publish_template.json': '/statusmessage/private/publish.json',
  '/message/broadcast.json': '/message/online/broadcast.json',
};

/** What a stored call answers, whatever it was sent. */
export function storedCallRefusal(path: string): ApiError {
  const instead = `To reach only who is online, post to ${storedCalls[path]}.`;
  return new ApiError('notEnabled', `${path} sends stored messages, which are not simulated. ${instead}`);
}
