import { ApiError } from '../core/api-error.ts';
import { encodeMessageUIDs, oncePerMessage, type StatusMessage } from '../core/status-message.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { ConnectedFrame, EchoFrame, StatusFrame } from '../protocol/frames.ts';
import { ClientSession } from './client-session.ts';
import type { Dialect } from './dialect.ts';
import type { Frame } from './encoding.ts';
import { readLogin } from './login.ts';

/** The JSON frames of simulated clients (B5). */
export const jsonDialect: Dialect = {
  login: readLogin,
  refuse(ws, error) {
    ws.close(closeCodes.unauthorized, error instanceof ApiError ? error.message : 'Internal logic error.');
  },
  serve: (app, session, connection) => new ClientSession(app, session, connection),
  encoding: {
    greeting({ userId, id: sessionId, openedAt: serverTime }) {
      return JSON.stringify({ type: 'connected', userId, sessionId, serverTime } satisfies ConnectedFrame);
    },
    status: oncePerMessage(encodeStatus),
    echo: (message) => [encodeEcho(message)],
  },
};

/** The JSON of a `status` frame up to its messageUID. */
const statusHead = '{"type":"status","messageUID":"';

function encodeStatus(message: StatusMessage): Frame {
  const text = JSON.stringify({ type: 'status', messageUID: '', ...restOf(message) } satisfies StatusFrame);
  return {
    before: statusHead,
    messageUIDs: message.messageUIDs,
    after: text.slice(statusHead.length),
  };
}

const encodeEcho = oncePerMessage((message): Frame => {
  const rest = JSON.stringify(restOf(message)).slice(1);
  const before = `{"type":"echo","messageUIDs":${encodeMessageUIDs(message)},${rest}`;
  return { before, messageUIDs: undefined, after: '' };
});

type Rest = Omit<StatusFrame, 'type' | 'messageUID'> & Omit<EchoFrame, 'type' | 'messageUIDs'>;

/** What both frames say of a message behind its messageUIDs. A group that is not there leaves no trace in the JSON. */
function restOf({ request, sentTime }: StatusMessage): Rest {
  const { channelType, fromUserId, groupId, objectName, content } = request;
  return { channelType, fromUserId, groupId, objectName, content, sentTime };
}
