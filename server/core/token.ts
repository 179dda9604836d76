import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token says. It is signed, not stored: old tokens stay valid (A6, B4.4). */
export interface TokenClaims {
  userId: string;
  /** Milliseconds since 1970. */
  issuedAt: number;
}

/** A token for one user of one app: readable claims, and a signature that the app's secret alone can make. */
export function issueToken(appKey: string, secret: string, claims: TokenClaims): string {
  const body = Buffer.from(JSON.stringify([claims.userId, claims.issuedAt])).toString('base64url');
  return sealed(appKey, secret, body);
}

/** What a token says, or undefined when it is not this app's. */
export function verifyToken(appKey: string, secret: string, token: string): TokenClaims | undefined {
  const body = token.split('.', 1)[0]!;
  // Compared as texts: decoded, several signatures would be the same.
  const expected = Buffer.from(sealed(appKey, secret, body));
  const given = Buffer.from(token);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const [userId, issuedAt] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [string, number];
  return { userId, issuedAt };
}

function sealed(appKey: string, secret: string, body: string): string {
  const seal = createHmac('sha256', secret).update(JSON.stringify([appKey, body]));
  return `${body}.${seal.digest('base64url')}`;
}
