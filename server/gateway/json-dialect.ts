import { ApiError } from '../core/api-error.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import { ClientSession } from './client-session.ts';
import type { Dialect } from './dialect.ts';
import { jsonEncoding } from './json-encoding.ts';
import { readLogin } from './login.ts';

/** The JSON frames of simulated clients (B5). */
export const jsonDialect: Dialect = {
  encoding: jsonEncoding,
  login: readLogin,
  refuse(ws, error) {
    ws.close(closeCodes.unauthorized, error instanceof ApiError ? error.message : 'Internal logic error.');
  },
  serve: (app, session, connection) => new ClientSession(app, session, connection),
};
