// Not the global one: a test may have put a fake timer there.
import { setImmediate } from 'node:timers';
import type { Closing, SimClient } from '../client.ts';
import type { ReceivedFrame } from '../inbox.ts';
import { AppRecord } from './app-record.ts';
import { quote } from './quote.ts';
import { inRealTicks } from './real-ticks.ts';
import { failure } from './verdict.ts';

/** What an assertion about a client goes by. */
export interface Evidence {
  client: SimClient;
  /** Like `"bob"`, or `"bob" (ios)`. */
  name: string;
  /** All that arrived and is kept, the oldest first. */
  messages: readonly ReceivedFrame[];
  /** How the session ended, if it has. */
  closing: Closing | undefined;
  /** The fault that holds the session, as a clause. */
  hindrance: string | undefined;
  /** Undefined when it was not the kit that connected the client. */
  record: AppRecord | undefined;
}

/**
 * Passes a barrier first: all that was sent before has arrived. To a session that has closed nothing more will come,
 * and to one that a fault holds not before the fault ends.
 * @throws AssertionError when the barrier cannot be passed
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

/** In which a socket reads what has come already. */
function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
