import type { SimClient } from '../client.ts';
import { toHaveReceived, toHaveReceivedNothing, toHaveReceivedOnce } from './client-matchers.ts';
import type { MessagePattern } from './message-pattern.ts';
import { enforce } from './verdict.ts';

/** What can be asserted of a client. Each passes a barrier first, and rejects with an AssertionError that explains itself. */
export interface ClientAssertions {
  /** At least one message matches. */
  toHaveReceived(pattern: MessagePattern): Promise<void>;
  /** Exactly one message matches. */
  toHaveReceivedOnce(pattern: MessagePattern): Promise<void>;
  /** No message at all has come, neither a status message nor an echo. */
  toHaveReceivedNothing(): Promise<void>;
  /** The contrary. */
  readonly not: ClientAssertions;
}

/** The assertions about a client, for any test runner. */
export function expectClient(client: SimClient): ClientAssertions {
  return assertionsOf(client, false);
}

/** Nothing has come, or nothing that matches: proven by a barrier, without waiting for what does not come. */
export function expectNone(client: SimClient, pattern?: MessagePattern): Promise<void> {
  const expectation = expectClient(client);
  return pattern ? expectation.not.toHaveReceived(pattern) : expectation.toHaveReceivedNothing();
}

function assertionsOf(client: SimClient, not: boolean): ClientAssertions {
  return {
    toHaveReceived: async (pattern) => enforce(await toHaveReceived(client, pattern), not),
    toHaveReceivedOnce: async (pattern) => enforce(await toHaveReceivedOnce(client, pattern), not),
    toHaveReceivedNothing: async () => enforce(await toHaveReceivedNothing(client), not),
    get not() {
      return assertionsOf(client, !not);
    },
  };
}
