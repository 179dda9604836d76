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
  return isSame(signature, sign(secret, nonce, timestamp));
}

/**
 * Takes as long wherever the first difference is: a caller cannot guess a signature digit by digit. To make the buffers
 * that `timingSafeEqual` wants would take longer than to sign.
 */
function isSame(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}
