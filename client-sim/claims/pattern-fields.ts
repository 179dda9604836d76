import { serverFrames } from '../../server/protocol/frames.ts';
import { nearest } from './hints.ts';
import type { MessagePattern } from './message-pattern.ts';
import { quote } from './quote.ts';

/** @throws TypeError for a field that no message of this type has */
export function checkFields(pattern: MessagePattern): void {
  const known = Object.keys(serverFrames[pattern.type ?? 'status']);
  const unknown = Object.keys(pattern).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known) ?? known.find((field) => isPart(unknown, field));
  const hint = meant ? `did you mean ${quote(meant)}?` : `there are ${known.map(quote).join(', ')}.`;
  throw new TypeError(`A message has no such field ${quote(unknown)}; ${hint}`);
}

const isPart = (field: string, known: string) => known.toLowerCase().includes(field.toLowerCase());
