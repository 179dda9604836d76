import { encodeMessageUIDs, type StatusMessage } from '../core/status-message.ts';
import type { ConnectedFrame, EchoFrame, StatusFrame } from '../protocol/frames.ts';
import { EncodedFrame } from './encoded-frame.ts';
import type { Encoding } from './encoding.ts';

/** The frames of B5: JSON texts. */
export const jsonEncoding: Encoding = {
  greeting({ userId, id: sessionId, openedAt: serverTime }) {
    return JSON.stringify({ type: 'connected', userId, sessionId, serverTime } satisfies ConnectedFrame);
  },

  status(message) {
    return new EncodedFrame('{"type":"status","messageUID":"', `",${encodeRest(message)}`);
  },

  echo: (message) => [message.encodedBy(encodeEcho)],
};

function encodeEcho(message: StatusMessage): EncodedFrame {
  const list = message.encodedBy(encodeMessageUIDs);
  return new EncodedFrame(`{"type":"echo","messageUIDs":${list},${encodeRest(message)}`);
}

/** What both frames say of a message behind its messageUIDs, up to the closing brace. */
function encodeRest({ request, sentTime }: StatusMessage): string {
  const { channelType, fromUserId, groupId, objectName, content } = request;
  const rest: Omit<StatusFrame, 'type' | 'messageUID'> & Omit<EchoFrame, 'type' | 'messageUIDs'> = {
    channelType,
    fromUserId,
    ...(groupId === undefined ? {} : { groupId }),
    objectName,
    content,
    sentTime,
  };
  return JSON.stringify(rest).slice(1);
}
