import type { Clock } from '../clock/app-clock.ts';
import { ApiError } from '../core/api-error.ts';
import { ExpiredToken, issueToken, verifyToken } from '../core/token.ts';

/** What clients of one app log in with. Tokens are signed, not stored (B4.4). */
export class Tokens {
  readonly #key: string;
  readonly #secret: string;
  readonly #clock: Clock;
  readonly #ttlMs: number;

  constructor(key: string, secret: string | undefined, clock: Clock, ttlMs: number) {
    this.#key = key;
    // In open mode anybody may be anybody: the key alone keeps a token valid over restarts.
    this.#secret = secret ?? `open:${key}`;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  /** @param address where clients find this server, if the token is to tell them */
  issue(userId: string, address?: string): string {
    return issueToken(this.#key, this.#secret, { userId, issuedAt: this.#clock.now() }, address);
  }

  /** The user a token was issued for. @throws ApiError 1002 when it is not this app's, or has expired (B4.4) */
  userOf(token: string): string {
    const claims = verifyToken(this.#key, this.#secret, token);
    if (claims === undefined) throw new ApiError('badParameter', 'The token is not valid for this app.');
    if (this.#clock.now() - claims.issuedAt > this.#ttlMs) throw new ExpiredToken();
    return claims.userId;
  }
}
