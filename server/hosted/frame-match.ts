import type { MessagePattern } from '../../client-sim/claims/message-pattern.ts';
import { ApiError } from '../core/api-error.ts';
import { parseJson } from '../core/parse-json.ts';
import type { EchoFrame, StatusFrame } from '../protocol/frames.ts';

/**
 * Reads a match from JSON. What no frame can have is refused: with a misspelled name, a test for "did not get it"
 * would always pass.
 * @throws ApiError 1002
 */
export function parseFrameMatch(text: string): MessagePattern {
  return readFrameMatch(parseJson(text, 'The parameter match'));
}

/**
 * The same of JSON that was read already. Where `withJson`, the content may be JSON: the content of a frame is then compared
 * with it as JSON.
 * @throws ApiError 1002
 */
export function readFrameMatch(match: unknown, withJson = false): MessagePattern {
  if (typeof match !== 'object' || match === null || Array.isArray(match))
    throw refusal('must be a JSON object');
  for (const [name, value] of Object.entries(match)) {
    const kind = fieldKinds.get(name);
    if (kind === undefined) {
      const names = [...fieldKinds.keys()].join(', ');
      throw refusal(`has the field ${JSON.stringify(name)}, which no frame has: there are ${names}`);
    }
    if (withJson && name === 'content' && typeof value === 'object' && value !== null) continue;
    if (kindOf(value) !== kind) throw refusal(`must have ${kind} as its ${name}, as the frame has it`);
  }
  return match as MessagePattern;
}

/** The fields of status and echo frames, and what each of them holds (B5.5, B5.6). */
const fieldKinds = new Map(
  Object.entries({
    type: 'a text',
    messageUID: 'a text',
    messageUIDs: 'a list',
    channelType: 'a text',
    fromUserId: 'a text',
    groupId: 'a text',
    objectName: 'a text',
    content: 'a text',
    sentTime: 'a number',
  } satisfies Record<keyof StatusFrame | keyof EchoFrame, string>),
);

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

function refusal(what: string): ApiError {
  return new ApiError('badParameter', `The parameter match ${what}.`);
}
