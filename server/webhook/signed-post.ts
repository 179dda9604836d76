import { randomInt } from 'node:crypto';
// Not the global ones: a test may have put fake timers there.
import { clearTimeout, setTimeout } from 'node:timers';
import type { Clock } from '../core/clock.ts';
import { sign } from '../core/signature.ts';
import type { Post } from './webhook.ts';

/** Who signs, and with what; without a secret, as in open mode, the empty one. */
export interface Signer {
  readonly key: string;
  readonly secret: string | undefined;
  readonly clock: Clock;
}

/**
 * Posts lists as JSON, signed in the query of the address (A6). Any 2xx is a success.
 * @param answerMs real time that the receiver has to answer
 */
export function signedPost(address: string, signer: Signer, answerMs = 5000): Post {
  return async (events, closing) => {
    // Not `AbortSignal.any` and `timeout`: garbage collection may take those away before their time.
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, answerMs);
    closing.addEventListener('abort', end);
    try {
      const response = await fetch(signedUrl(address, signer), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(events),
        redirect: 'manual',
        signal: ending.signal,
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false; // no answer: the same as one that is no success
    } finally {
      clearTimeout(timer);
      closing.removeEventListener('abort', end);
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
