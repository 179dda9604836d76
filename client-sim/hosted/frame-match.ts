import { badParameter } from '../../server/core/api-error.ts';
import { isJsonObject, parseJson } from '../../server/core/parameters.ts';
import { serverFrames } from '../../server/protocol/frames.ts';
import type { MessagePattern } from '../claims/message-pattern.ts';

/**
 * Reads a match from JSON. What no frame can have is refused: with a misspelled name, a test for "did not get it"
 * would always pass.
 * @throws ApiError 1002
 */
export function parseFrameMatch(text: string): MessagePattern {
  return readFrameMatch(parseJson(text, 'The parameter match'));
}

/** The same of parsed JSON. With `withJson`, a content may be JSON, too, and is compared as such. @throws ApiError 1002 */
export function readFrameMatch(match: unknown, withJson = false): MessagePattern {
  if (!isJsonObject(match)) throw badParameter('match', 'must be a JSON object');
  for (const [name, value] of Object.entries(match)) {
    const kind = kinds.get(name);
    if (kind === undefined) {
      const problem = `has the field ${JSON.stringify(name)}, which no frame has`;
      throw badParameter('match', `${problem}: there are ${[...kinds.keys()].join(', ')}`);
    }
    if (withJson && name === 'content' && typeof value === 'object' && value !== null) continue;
    if (kindOf(value) !== kind)
      throw badParameter('match', `must have ${kind} as its ${name}, as the frame has it`);
  }
  return match as MessagePattern;
}

const kindByType = new Map<unknown, string>([
  ['array', 'a list'],
  ['integer', 'a number'],
]);

/** The fields of status and echo frames, and what each of them holds (B5.5, B5.6). */
const { type, ...rest } = serverFrames.echo;
const fields = Object.entries({ type, messageUID: serverFrames.status.messageUID, ...rest });
const kinds = new Map(fields.map(([name, { schema }]) => [name, kindByType.get(schema.type) ?? 'a text']));

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
