import { hash } from 'node:crypto';
import { isSameInConstantTime } from './constant-time.ts';

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
