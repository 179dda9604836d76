import type { EchoFrame, StatusFrame } from '../../server/protocol/frames.ts';
import type { ReceivedFrame } from '../inbox.ts';
import { asymmetric } from './asymmetric.ts';
import { type Difference, differences } from './difference.ts';

/** A text is compared verbatim; an object or a matcher such as `expect.any(String)`, with the parsed JSON. */
type Content = string | object;

/**
 * Some fields of a status message as on the wire, or of an echo with `type: 'echo'`. Other fields may be anything.
 */
export type MessagePattern =
  | (Partial<Omit<StatusFrame, 'content'>> & { content?: Content })
  | (Partial<Omit<EchoFrame, 'content' | 'type'>> & { type: 'echo'; content?: Content });

/** Where a message differs from the pattern; empty if it matches. */
export function mismatches(message: ReceivedFrame, pattern: MessagePattern): Difference[] {
  return Object.entries({ type: 'status', ...pattern }).flatMap(([field, expected]) => {
    const actual = Reflect.get(message, field);
    return field === 'content' ? contentMismatches(expected, actual) : differences(expected, actual, field);
  });
}

function contentMismatches(expected: unknown, text: string): Difference[] {
  if (typeof expected === 'string' || asymmetric(expected)?.asymmetricMatch(text)) {
    return differences(expected, text, 'content');
  }
  return differences(expected, parsed(text), 'content');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
