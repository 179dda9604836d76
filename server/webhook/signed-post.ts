import { randomInt } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { sign } from '../core/signature.ts';
import type { Post } from './webhook.ts';

/** Real time that the receiver has to answer. */
const answerMs = 5000;

/** Who signs, and with what; without a secret, as in open mode, the empty one. */
export interface Signer {
  readonly key: string;
  readonly secret: string | undefined;
  readonly clock: Clock;
}

/** Posts lists as JSON, signed in the query of the address (A6). Any 2xx is a success. */
export function signedPost(address: string, signer: Signer): Post {
  return async (events, closing) => {
    try {
      const response = await fetch(signedUrl(address, signer), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(events),
        redirect: 'manual',
        signal: AbortSignal.any([closing, AbortSignal.timeout(answerMs)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false; // no answer: the same as one that is no success
    }
  };
}

function signedUrl(address: string, { key, secret = '', clock }: Signer): URL {
  const url = new URL(address);
  const nonce = String(randomInt(1_000_000_000));
  const timestamp = String(clock.now());
  const signature = sign(secret, nonce, timestamp);
  for (const [name, value] of Object.entries({ appKey: key, nonce, timestamp, signature })) {
    url.searchParams.set(name, value);
  }
  return url;
}
