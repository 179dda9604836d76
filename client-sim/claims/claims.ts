import type { ReceivedFrame } from '../inbox.ts';
import { count, missing, nothing, unwanted } from './client-failure.ts';
import type { Evidence } from './evidence.ts';
import { type MessagePattern, mismatches } from './message-pattern.ts';
import { quote } from './quote.ts';

/** A matcher's result, as `expect.extend` of vitest and jest expects it. */
export interface Verdict {
  pass: boolean;
  /** Why it passed, or why not. */
  message(): string;
}

/** The messages that match a pattern. */
export interface Search {
  evidence: Evidence;
  pattern: MessagePattern;
  matching: readonly ReceivedFrame[];
}

export function search(evidence: Evidence, pattern: MessagePattern): Search {
  const matching = evidence.messages.filter((message) => mismatches(message, pattern).length === 0);
  return { evidence, pattern, matching };
}

/** At least one message matches. */
export function received({ evidence, pattern, matching }: Search): Verdict {
  if (matching.length === 0) return { pass: false, message: () => missing(evidence, pattern) };
  return {
    pass: true,
    message: () => unwanted(evidence, `${quote(pattern)}, and should not have`, matching),
  };
}

/** Exactly one message matches. */
export function receivedOnce({ evidence, pattern, matching }: Search): Verdict {
  if (matching.length === 0) return { pass: false, message: () => missing(evidence, pattern) };
  if (matching.length === 1) {
    return { pass: true, message: () => unwanted(evidence, `${quote(pattern)} exactly once`, matching) };
  }
  const claim = `${quote(pattern)} ${matching.length} times, not once`;
  return { pass: false, message: () => unwanted(evidence, claim, matching) };
}

/** No message at all, not even an echo. */
export function receivedNothing(evidence: Evidence): Verdict {
  const { messages } = evidence;
  if (messages.length === 0) return { pass: true, message: () => nothing(evidence) };
  const claim = `${count(messages)}, and should have received nothing`;
  return { pass: false, message: () => unwanted(evidence, claim, messages) };
}
