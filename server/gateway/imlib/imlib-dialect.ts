import type { Apps } from '../../app/apps.ts';
import { messageUIDLength, oncePerMessage, type StatusMessage } from '../../core/status-message.ts';
import { BlockedUser, ExpiredToken, splitToken } from '../../core/token.ts';
import { closeCodes } from '../../protocol/close-codes.ts';
import type { ChannelType } from '../../protocol/frames.ts';
import type { Encoding } from '../client-connection.ts';
import type { Dialect, Login } from '../dialect.ts';
import { connAck, connRefusal, disconnect, publishHead } from './frame.ts';
import { ImlibSession } from './imlib-session.ts';
import { type Field, writeFields } from './protobuf.ts';

/** Where the web client connects. */
export const imlibPath = '/websocket';

/** The frames that a web client gets. */
export const imlibEncoding: Encoding = {
  greeting: ({ userId, id, openedAt }) => connAck(userId, id, openedAt),

  status: oncePerMessage((message) => ({
    before: Buffer.concat([publishHead(message.sentTime), messageUIDKey]),
    messageUIDs: message.messageUIDs,
    after: writeFields(...fieldsOf(message, message.request.fromUserId, 2)),
  })),

  /** One for each conversation, by which the client files messages. Made one by one: there may be a thousand. */
  *echo(message) {
    const { fromUserId, groupId, toUserIds } = message.request;
    const partners = groupId === undefined ? toUserIds : [fromUserId];
    for (const [index, userId] of partners.entries()) {
      const fields = writeFields([9, message.messageUIDs.of(index)], ...fieldsOf(message, userId, 1));
      const before = Buffer.concat([publishHead(message.sentTime), fields]);
      yield { before, messageUIDs: undefined, after: '' };
    }
  },

  farewell: (code) => farewells[code],
};

/** The binary frames of RongCloud's web client, as the document beside this file has them. */
export const imlibDialect: Dialect = {
  encoding: imlibEncoding,
  login: readLogin,
  refuse(ws, error) {
    const isBlocked = error instanceof BlockedUser;
    const [other, why] = isBlocked
      ? [statuses.blocked, error.message]
      : [statuses.failed, 'Internal logic error.'];
    const { status, message } = error instanceof LoginRefusal ? error : new LoginRefusal(other, why);
    ws.send(connRefusal(status));
    ws.close(isBlocked ? closeCodes.blocked : closeCodes.unauthorized, message);
  },
  serve: (client) => new ImlibSession(client),
};

/** What a CONNACK tells a client (C3). */
const statuses = { otherProtocol: 1, unknownApp: 2, failed: 3, badToken: 4, blocked: 9, expiredToken: 10 };

/** Why a client is turned away. */
class LoginRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What clients speak unless their navigation tells them of another one. */
const protocolVersion = '3';

/** Reads the query of a connection. The client leaves out the address behind its token. @throws LoginRefusal */
function readLogin(query: URLSearchParams, apps: Apps): Login {
  if (query.get('protocolVer') !== protocolVersion) {
    throw new LoginRefusal(statuses.otherProtocol, `The parameter protocolVer must be ${protocolVersion}.`);
  }
  const key = query.get('appId') ?? undefined;
  const { tokens } = orRefuse(statuses.unknownApp, () => apps.peek(key));
  const { token } = splitToken(query.get('token') ?? '');
  const userId = orRefuse(statuses.badToken, () => tokens.userOf(token));
  return { userId, platform: 'web', app: orRefuse(statuses.unknownApp, () => apps.get(key)) };
}

function orRefuse<T>(status: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isExpired = error instanceof ExpiredToken;
    throw new LoginRefusal(isExpired ? statuses.expiredToken : status, (error as Error).message);
  }
}

/** What the client calls the kinds of conversation. */
const conversationTypes: Readonly<Record<ChannelType, number>> = { PERSON: 1, GROUP: 3, SYSTEM: 6 };

/** A later login took its place; the session is over for good; ask for an address again (C11). */
const farewells: Readonly<Record<number, Buffer>> = {
  [closeCodes.kicked]: disconnect(1),
  [closeCodes.disconnected]: disconnect(2),
  [closeCodes.blocked]: disconnect(2),
  [closeCodes.shuttingDown]: disconnect(6),
};

/**
 * All but the messageUID.
 * @param partner who wrote it; of what the client's own user wrote, whom it is for
 * @param direction 1 sent, 2 received
 */
function fieldsOf({ request, sentTime }: StatusMessage, partner: string, direction: 1 | 2): Field[] {
  const { channelType, groupId, objectName, content, stored } = request;
  return [
    [1, partner],
    [2, conversationTypes[channelType]],
    ...(groupId === undefined ? [] : [[3, groupId] satisfies Field]),
    [4, objectName],
    [5, content],
    [6, sentTime],
    [7, 0],
    [10, direction],
    [20, stored ? 0 : 64], // 64: a status message, which raises no unread number, and is not kept
  ];
}

/** What stands before a messageUID, which is the ninth field. */
const messageUIDKey = Buffer.from([0x4a, messageUIDLength]);
