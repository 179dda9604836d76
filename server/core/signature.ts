import { hash } from 'node:crypto';

/** Lowercase hex SHA-1 of secret + nonce + timestamp (A2). */
export function sign(secret: string, nonce: string, timestamp: string): string {
  return hash('sha1', secret + nonce + timestamp);
}

/** What a caller signs are the literal texts of the headers, whatever unit the timestamp is in (A2). */
export function isSignedBy(
  secret: string,
  { nonce, timestamp, signature }: Record<'nonce' | 'timestamp' | 'signature', string>,
): boolean {
  return isSameInConstantTime(signature, sign(secret, nonce, timestamp));
}

/**
 * Whether a caller's text is the expected one. It takes as long wherever the first difference is, so that nobody can
 * guess a signature or a token character by character. The buffers for `timingSafeEqual` would cost more than signing.
 */
export function isSameInConstantTime(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < given.length; at++) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}
