import { hash, timingSafeEqual } from 'node:crypto';

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

/** Compares in constant time, so that a caller cannot guess a signature digit by digit. */
export function isSignedBy(secret: string, headers: SignedHeaders): boolean {
  const expected = Buffer.from(sign(secret, headers.nonce, headers.timestamp));
  const given = Buffer.from(headers.signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
