// Not the global one, which the test may have faked.
import { setImmediate } from 'node:timers';
import type { Evidence } from '../claims/evidence.ts';
import { quote } from '../claims/quote.ts';
import type { SimClient } from '../client.ts';
import { AppRecord } from './app-record.ts';
import { inRealTicks } from './real-ticks.ts';
import { failure } from './verdict.ts';

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
