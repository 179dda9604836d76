import type { MessagePattern } from '../claims/message-pattern.ts';
import type { SimClient } from '../client.ts';
import { assertion } from './assertion.ts';
import { toHaveReceived, toHaveReceivedNothing, toHaveReceivedOnce } from './client-matchers.ts';
import { enforce, type Verdict } from './verdict.ts';

/** Assertions about a client. Each passes a barrier first, and rejects with an AssertionError that explains itself. */
export interface ClientAssertions {
  /** At least one message matches. */
  toHaveReceived(pattern: MessagePattern): Promise<void>;
  /** Exactly one message matches. */
  toHaveReceivedOnce(pattern: MessagePattern): Promise<void>;
  /** No message at all has come, not even an echo. */
  toHaveReceivedNothing(): Promise<void>;
  /** Negated. */
  readonly not: ClientAssertions;
}

/** Assertions about a client, for any test runner. */
export function expectClient(client: SimClient): ClientAssertions {
  return assertionsOf(client, false);
}

/** Nothing has come, or nothing that matches. Proven by a barrier, without waiting. */
export function expectNone(client: SimClient, pattern?: MessagePattern): Promise<void> {
  const { not, toHaveReceivedNothing } = assertionsOf(client, false, 'expectNone');
  return pattern ? not.toHaveReceived(pattern) : toHaveReceivedNothing();
}

function assertionsOf(
  client: SimClient,
  isNot: boolean,
  spelling: 'expectClient' | 'expectNone' = 'expectClient',
): ClientAssertions {
  const assert = (judge: () => Promise<Verdict>) => {
    return assertion(client, spelling, async () => enforce(await judge(), isNot));
  };
  return {
    toHaveReceived: (pattern) => assert(() => toHaveReceived(client, pattern)),
    toHaveReceivedOnce: (pattern) => assert(() => toHaveReceivedOnce(client, pattern)),
    toHaveReceivedNothing: () => assert(() => toHaveReceivedNothing(client)),
    get not() {
      return assertionsOf(client, !isNot, spelling);
    },
  };
}
