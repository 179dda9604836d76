import { createHmac } from 'node:crypto';
import { ApiError } from './api-error.ts';
import { isSameInConstantTime } from './signature.ts';

/** The claims of a token. It is signed, not stored: old tokens stay valid (A6, B4.4). */
export interface TokenClaims {
  userId: string;
  /** Milliseconds since 1970. */
  issuedAt: number;
}

/** The refusal of a token that was valid and no longer is (B4.4, B10.4). */
export class ExpiredToken extends ApiError {
  constructor(advice = '') {
    super('badParameter', `The token has expired${advice}.`);
  }
}

/** The refusal of a user whom the back end has blocked (B10.1). */
export class BlockedUser extends ApiError {
  /** @param until in milliseconds since 1970 */
  constructor(until: number) {
    super('badParameter', `The user is blocked until ${isoTime(until)}.`);
  }
}

/** In UTC. A Date can hold no later time than the one here. */
export function isoTime(at: number): string {
  return new Date(Math.min(at, 8.64e15)).toISOString();
}

/**
 * A token for one user of one app: readable claims, and a signature that only the app's secret can make.
 * @param address of the service, put behind an `@`, where RongCloud's client reads it
 */
export function issueToken(appKey: string, secret: string, claims: TokenClaims, address?: string): string {
  const list = [claims.userId, claims.issuedAt, ...(address === undefined ? [] : [address])];
  const body = Buffer.from(JSON.stringify(list)).toString('base64url');
  return sealed(appKey, secret, body) + (address === undefined ? '' : `@${address}`);
}

/** The claims of a token, with or without its address; undefined when it is not this app's or was tampered with. */
export function verifyToken(appKey: string, secret: string, text: string): TokenClaims | undefined {
  const { token, address } = splitToken(text);
  const body = token.split('.', 1)[0]!;
  // Compared as texts: several texts decode to the same signature.
  if (!isSameInConstantTime(token, sealed(appKey, secret, body))) return undefined;
  const list = JSON.parse(Buffer.from(body, 'base64url').toString()) as [string, number, string?];
  const [userId, issuedAt, issuedWith] = list;
  return address === undefined || address === issuedWith ? { userId, issuedAt } : undefined;
}

/** A token and the address behind it, if there is one. */
export function splitToken(text: string): { token: string; address: string | undefined } {
  const at = text.indexOf('@');
  return at === -1
    ? { token: text, address: undefined }
    : { token: text.slice(0, at), address: text.slice(at + 1) };
}

function sealed(appKey: string, secret: string, body: string): string {
  const seal = createHmac('sha256', secret).update(JSON.stringify([appKey, body]));
  return `${body}.${seal.digest('base64url')}`;
}
