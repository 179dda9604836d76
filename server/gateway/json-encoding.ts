import { encodeMessageUIDs, type StatusMessage } from '../core/status-message.ts';
import type { ConnectedFrame, EchoFrame, StatusFrame } from '../protocol/frames.ts';
import { EncodedFrame } from './encoded-frame.ts';
import type { Encoding } from './encoding.ts';

/** How the JSON of a `status` frame begins, up to the messageUID. */
const statusHead = '{"type":"status","messageUID":"';

/** The frames of B5: JSON texts. */
export const jsonEncoding: Encoding = {
  greeting({ userId, id: sessionId, openedAt: serverTime }) {
    return JSON.stringify({ type: 'connected', userId, sessionId, serverTime } satisfies ConnectedFrame);
  },

  status(message) {
    const { messageUIDs } = message;
    const frame: StatusFrame = { type: 'status', messageUID: messageUIDs.of(0), ...restOf(message) };
    return new EncodedFrame(JSON.stringify(frame), { messageUIDs, at: statusHead.length });
  },

  echo: (message) => [message.encodedBy(encodeEcho)],
};

function encodeEcho(message: StatusMessage): EncodedFrame {
  const rest = JSON.stringify(restOf(message)).slice(1);
  return new EncodedFrame(`{"type":"echo","messageUIDs":${message.encodedBy(encodeMessageUIDs)},${rest}`);
}

type Rest = Omit<StatusFrame, 'type' | 'messageUID'> & Omit<EchoFrame, 'type' | 'messageUIDs'>;

/** What both frames say of a message behind its messageUIDs. A group that is not there leaves no trace in the JSON. */
function restOf({ request, sentTime }: StatusMessage): Rest {
  const { channelType, fromUserId, groupId, objectName, content } = request;
  return { channelType, fromUserId, groupId, objectName, content, sentTime };
}
