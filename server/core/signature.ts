import { hash } from 'node:crypto';

/** What a caller signs: the literal texts of the headers, whatever unit the timestamp is in (A2). */
export interface SignedHeaders {
  nonce: string;
  timestamp: string;
  signature: string;
}

/** Lowercase hex SHA-1 of secret + nonce + timestamp (A2). */
export function sign(secret: string, nonce: string, timestamp: string): string {
  return hash('sha1', secret + nonce + timestamp);
}

export function isSignedBy(secret: string, { nonce, timestamp, signature }: SignedHeaders): boolean {
  return isSameInConstantTime(signature, sign(secret, nonce, timestamp));
}

/**
 * Whether a caller's text is the expected one. Takes as long wherever the first difference is: nobody can guess a
 * signature or a token character by character.
 *
 * By hand: to make the buffers that `timingSafeEqual` wants would take longer than to sign a request.
 */
export function isSameInConstantTime(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < given.length; at++) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}
