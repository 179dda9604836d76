import type { Apps } from '../../app/apps.ts';
import { ExpiredToken, splitToken } from '../../core/token.ts';
import { closeCodes } from '../../protocol/close-codes.ts';
import type { Dialect, Login } from '../dialect.ts';
import { connRefusal } from './frame.ts';
import { imlibEncoding } from './imlib-encoding.ts';
import { ImlibSession } from './imlib-session.ts';

/** Where the web client connects. */
export const imlibPath = '/websocket';

/** The binary frames of RongCloud's web client, as the document beside this file has them. */
export const imlibDialect: Dialect = {
  encoding: imlibEncoding,
  login: readLogin,
  refuse(ws, error) {
    const { status, message } =
      error instanceof LoginRefusal ? error : new LoginRefusal(statuses.failed, 'Internal logic error.');
    ws.send(connRefusal(status));
    ws.close(closeCodes.unauthorized, message);
  },
  serve: (client) => new ImlibSession(client),
};

/** What a CONNACK tells a client (C3). */
const statuses = { otherProtocol: 1, unknownApp: 2, failed: 3, badToken: 4, expiredToken: 10 };

/** Why a client is turned away. */
class LoginRefusal extends Error {
  override readonly name = 'LoginRefusal';
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
  const app = orRefuse(statuses.unknownApp, () => apps.get(query.get('appId') ?? undefined));
  const { token } = splitToken(query.get('token') ?? '');
  return { app, userId: orRefuse(statuses.badToken, () => app.tokens.userOf(token)), platform: 'web' };
}

function orRefuse<T>(status: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isExpired = error instanceof ExpiredToken;
    throw new LoginRefusal(isExpired ? statuses.expiredToken : status, (error as Error).message);
  }
}
