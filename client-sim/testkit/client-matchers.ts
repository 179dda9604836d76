import type { SimClient } from '../client.ts';
import { count, missing, nothing, unwanted } from './client-failure.ts';
import { gatherEvidence } from './evidence.ts';
import { lookAt } from './looked-at.ts';
import { type MessagePattern, mismatches } from './message-pattern.ts';
import { checkFields } from './pattern-fields.ts';
import { quote } from './quote.ts';
import type { Verdict } from './verdict.ts';

/** At least one message matches. */
export async function toHaveReceived(client: SimClient, pattern: MessagePattern): Promise<Verdict> {
  const { evidence, matching } = await search(client, pattern);
  if (matching.length === 0) return { pass: false, message: () => missing(evidence, pattern) };
  return {
    pass: true,
    message: () => unwanted(evidence, `${quote(pattern)}, and should not have`, matching),
  };
}

/** Exactly one message matches. */
export async function toHaveReceivedOnce(client: SimClient, pattern: MessagePattern): Promise<Verdict> {
  const { evidence, matching } = await search(client, pattern);
  if (matching.length === 0) return { pass: false, message: () => missing(evidence, pattern) };
  if (matching.length === 1) {
    return { pass: true, message: () => unwanted(evidence, `${quote(pattern)} exactly once`, matching) };
  }
  const claim = `${quote(pattern)} ${matching.length} times, not once`;
  return { pass: false, message: () => unwanted(evidence, claim, matching) };
}

/** No message at all, not even an echo. */
export async function toHaveReceivedNothing(client: SimClient): Promise<Verdict> {
  const evidence = await gatherEvidence(client);
  const { messages } = evidence;
  if (messages.length === 0) return { pass: true, message: () => nothing(evidence) };
  const claim = `${count(messages)}, and should have received nothing`;
  return { pass: false, message: () => unwanted(evidence, claim, messages) };
}

async function search(client: SimClient, pattern: MessagePattern) {
  checkFields(pattern);
  const evidence = await gatherEvidence(client);
  const matching = evidence.messages.filter((message) => mismatches(message, pattern).length === 0);
  lookAt(matching);
  return { evidence, matching };
}
