import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import { asApiError, badParameter } from '../core/api-error.ts';
import { optionally } from '../core/form-parameters.ts';
import { checkText } from '../core/parameters.ts';
import { encodeMessageUIDs, oncePerMessage, type StatusMessage } from '../core/status-message.ts';
import { BlockedUser } from '../core/token.ts';
import { aimParameters } from '../presence/aim.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { ConnectedFrame, EchoFrame, StatusFrame } from '../protocol/frames.ts';
import { limits } from '../protocol/limits.ts';
import { ClientSession } from './client-session.ts';
import type { Dialect, Login } from './dialect.ts';
import type { Frame } from './plain-writer.ts';

const platform = optionally(aimParameters.platform);

/** The JSON frames of simulated clients (B5). */
export const jsonDialect: Dialect = {
  login: readLogin,
  refuse(ws, error) {
    const code = error instanceof BlockedUser ? closeCodes.blocked : closeCodes.unauthorized;
    ws.close(code, asApiError(error).message);
  },
  serve: (client) => new ClientSession(client),
  encoding: {
    greeting({ userId, id: sessionId, openedAt: serverTime }) {
      return JSON.stringify({ type: 'connected', userId, sessionId, serverTime } satisfies ConnectedFrame);
    },
    status: oncePerMessage(encodeStatus),
    echo: (message) => [encodeEcho(message)],
  },
};

function encodeStatus(message: StatusMessage): Frame {
  const rest = JSON.stringify(restOf(message)).slice(1);
  return { before: '{"type":"status","messageUID":"', messageUIDs: message.messageUIDs, after: `",${rest}` };
}

const encodeEcho = oncePerMessage((message): Frame => {
  const rest = JSON.stringify(restOf(message)).slice(1);
  const before = `{"type":"echo","messageUIDs":${encodeMessageUIDs(message)},${rest}`;
  return { before, messageUIDs: undefined, after: '' };
});

type Rest = Omit<StatusFrame, 'type' | 'messageUID'> & Omit<EchoFrame, 'type' | 'messageUIDs'>;

/** What both frames say of a message behind its messageUIDs. What is undefined leaves no trace in the JSON. */
function restOf({ request, sentTime }: StatusMessage): Rest {
  const { channelType, fromUserId, groupId, objectName, content, stored } = request;
  return { channelType, fromUserId, groupId, objectName, content, sentTime, stored };
}

/**
 * Reads the query of a connection: a token of the app, or in open mode a plain userId (B4.2, B4.3).
 * @throws ApiError whose message becomes the reason of close code 4001
 */
export function readLogin(query: URLSearchParams, apps: Apps): Login {
  const key = query.get('appKey') ?? undefined;
  const userId = readUser(query, apps.peek(key), apps.open);
  const given = new Map([['platform', [query.get('platform') ?? '']]]);
  return { userId, platform: platform.read(given), app: apps.get(key) };
}

function readUser(query: URLSearchParams, app: App, open: boolean): string {
  const token = query.get('token');
  if (token !== null) return app.tokens.userOf(token);
  if (!open) throw badParameter('token', 'is required: get one from /user/getToken.json');
  const userId = query.get('userId');
  if (!userId) throw badParameter('userId or token', 'is required');
  return checkText('userId', userId, limits.userIdCharacters);
}
