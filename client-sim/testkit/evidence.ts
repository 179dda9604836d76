// Not the global one, which the test may have faked.
import { setImmediate } from 'node:timers';
import type { Closing, SimClient } from '../client.ts';
import type { ReceivedFrame } from '../inbox.ts';
import { AppRecord } from './app-record.ts';
import { quote } from './quote.ts';
import { inRealTicks } from './real-ticks.ts';
import { failure } from './verdict.ts';

/** What an assertion about a client is judged by. */
export interface Evidence {
  client: SimClient;
  /** As in `"bob"` or `"bob" (ios)`. */
  name: string;
  /** Everything that arrived and was kept, oldest first. */
  messages: readonly ReceivedFrame[];
  /** How the session ended, if it did. */
  closing: Closing | undefined;
  /** The fault that holds the session, as a clause. */
  hindrance: string | undefined;
  /** Undefined if the kit did not connect the client. */
  record: AppRecord | undefined;
}

/**
 * Passes a barrier first, so that everything sent before has arrived. There is none to pass for a session that has
 * closed or that a fault holds: nothing more will come.
 * @throws AssertionError if the barrier cannot be passed
 */
export async function gatherEvidence(client: SimClient): Promise<Evidence> {
  const name = quote(client.userId) + (client.platform ? ` (${client.platform})` : '');
  const record = AppRecord.of(client);
  const hindrance = record?.hindrance(client);
  const barrier = () => (hindrance ? turnOfEventLoop() : client.settle());
  const closing = await inRealTicks(() => Promise.race([client.closed, barrier()])).catch((error: Error) => {
    throw failure(`It is not certain what ${name} received. ${error.message}`);
  });
  return { client, name, messages: [...client.received], closing: closing ?? undefined, hindrance, record };
}

/** Long enough for a socket to read what is already there. */
function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
