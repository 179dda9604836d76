import { received, receivedNothing, receivedOnce, search, type Verdict } from '../claims/claims.ts';
import type { MessagePattern } from '../claims/message-pattern.ts';
import { checkFields } from '../claims/pattern-fields.ts';
import type { SimClient } from '../client.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { lookAt } from './looked-at.ts';

/** At least one message matches. */
export async function toHaveReceived(client: SimClient, pattern: MessagePattern): Promise<Verdict> {
  return received(await searchInbox(client, pattern));
}

/** Exactly one message matches. */
export async function toHaveReceivedOnce(client: SimClient, pattern: MessagePattern): Promise<Verdict> {
  return receivedOnce(await searchInbox(client, pattern));
}

/** No message at all, not even an echo. */
export async function toHaveReceivedNothing(client: SimClient): Promise<Verdict> {
  return receivedNothing(await gatherEvidence(client));
}

async function searchInbox(client: SimClient, pattern: MessagePattern) {
  checkFields(pattern);
  const found = search(await gatherEvidence(client), pattern);
  lookAt(found.matching);
  return found;
}
