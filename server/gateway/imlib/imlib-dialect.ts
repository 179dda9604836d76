import { closeCodes } from '../../protocol/close-codes.ts';
import type { Dialect } from '../dialect.ts';
import { connRefusal } from './frame.ts';
import { imlibEncoding } from './imlib-encoding.ts';
import { ImlibSession } from './imlib-session.ts';
import { LoginRefusal, readLogin } from './login.ts';
import { connStatuses } from './statuses.ts';

/** Where the web client connects. */
export const imlibPath = '/websocket';

/** The binary frames of RongCloud's web client, as the document beside this file has them. */
export const imlibDialect: Dialect = {
  encoding: imlibEncoding,
  login: readLogin,
  refuse(ws, error) {
    const known = error instanceof LoginRefusal;
    ws.send(connRefusal(known ? error.status : connStatuses.failed));
    ws.close(closeCodes.unauthorized, known ? error.message : 'Internal logic error.');
  },
  serve: (app, session, connection) => new ImlibSession(app, session, connection),
};
