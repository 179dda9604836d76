import type { SimClient } from '../client.ts';
import type { ReceivedFrame } from '../inbox.ts';

const matched = new WeakSet<ReceivedFrame>();

/** Notes that an assertion matched these messages. */
export function lookAt(messages: readonly ReceivedFrame[]): void {
  for (const message of messages) matched.add(message);
}

/** What the client received, and neither an assertion matched nor `next` took. */
export function neverLookedAt(client: SimClient): ReceivedFrame[] {
  return client.untaken.filter((message) => !matched.has(message));
}
