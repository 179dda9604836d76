import type { Apps } from '../../app/apps.ts';
import { ExpiredToken, splitToken } from '../../core/token.ts';
import type { Login } from '../dialect.ts';
import { connStatuses } from './statuses.ts';

/** Why a client is turned away. */
export class LoginRefusal extends Error {
  override readonly name = 'LoginRefusal';
  /** One of `connStatuses`. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What clients speak unless their navigation tells them of another one. */
const protocolVersion = '3';

/**
 * Reads the query of a connection. The client leaves out the address behind its token.
 * @throws LoginRefusal
 */
export function readLogin(query: URLSearchParams, apps: Apps): Login {
  if (query.get('protocolVer') !== protocolVersion) {
    throw new LoginRefusal(
      connStatuses.otherProtocol,
      `The parameter protocolVer must be ${protocolVersion}.`,
    );
  }
  const app = attempt(
    () => apps.get(query.get('appId') ?? undefined),
    () => connStatuses.unknownApp,
  );
  const userId = attempt(
    () => app.tokens.userOf(splitToken(query.get('token') ?? '').token),
    (error) => (error instanceof ExpiredToken ? connStatuses.expiredToken : connStatuses.badToken),
  );
  return { app, userId, platform: 'web' };
}

function attempt<T>(read: () => T, statusOf: (error: unknown) => number): T {
  try {
    return read();
  } catch (error) {
    throw new LoginRefusal(statusOf(error), (error as Error).message);
  }
}
