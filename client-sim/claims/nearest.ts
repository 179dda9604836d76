import type { ReceivedFrame } from '../inbox.ts';
import type { Difference } from './difference.ts';
import { type MessagePattern, mismatches } from './message-pattern.ts';

/** A message that does not match, and why. */
export interface NearMiss {
  message: ReceivedFrame;
  differences: Difference[];
}

/** The messages, nearest first: by how many fields differ, then by how much. */
export function byNearness(messages: readonly ReceivedFrame[], pattern: MessagePattern): NearMiss[] {
  const misses = messages.map((message) => ({ message, differences: mismatches(message, pattern) }));
  return misses.sort((a, b) => fields(a) - fields(b) || a.differences.length - b.differences.length);
}

function fields({ differences }: NearMiss): number {
  return new Set(differences.map(({ path }) => path.split('.', 1)[0])).size;
}
