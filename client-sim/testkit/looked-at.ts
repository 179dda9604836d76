import type { SimClient } from '../client.ts';
import type { ReceivedFrame } from '../inbox.ts';

const matched = new WeakSet<ReceivedFrame>();

/** An assertion was about these messages. */
export function lookAt(messages: readonly ReceivedFrame[]): void {
  for (const message of messages) matched.add(message);
}

/** What this client received and nobody has looked at: no assertion matched it, and nobody took it with `next`. */
export function neverLookedAt(client: SimClient): ReceivedFrame[] {
  return client.untaken.filter((message) => !matched.has(message));
}
