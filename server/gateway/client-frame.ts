import { badParameter } from '../core/api-error.ts';
import { characters, type Fields, fieldsOf, requiredText, userIds } from '../core/parameters.ts';
import { parseJson } from '../core/parse-json.ts';
import { limits } from '../protocol/limits.ts';

/** A frame from a client, checked as far as its type and id. */
export type CheckedFrame =
  | { type: 'publish'; id: string; fields: Fields }
  | { type: 'subscribe' | 'unsubscribe'; userIds: readonly string[] }
  | { type: 'sync'; id: string };

/** The frame as an object, whatever it holds. @throws ApiError 1002 (B5.10) */
export function parseFrame(data: string): Fields {
  return fieldsOf(parseJson(data, 'The frame'), 'The frame');
}

/** The id that an answer to this frame must carry, as far as one is readable. */
export function frameId(fields: Fields): string | undefined {
  const id = fields.get('id')?.[0];
  return typeof id === 'string' && characters(id) <= limits.frameIdCharacters ? id : undefined;
}

/** Checks the words of B5. @throws ApiError 1002 or 1005, naming the parameter and the limit */
export function checkFrame(fields: Fields): CheckedFrame {
  const type = requiredText(fields, 'type');
  switch (type) {
    case 'publish':
      return { type, id: requiredText(fields, 'id', limits.frameIdCharacters), fields };
    case 'sync':
      return { type, id: requiredText(fields, 'id', limits.frameIdCharacters) };
    case 'subscribe':
    case 'unsubscribe':
      return { type, userIds: userIds(fields, 'userIds', limits.subscriptions) };
    default:
      throw badParameter('type', 'must be publish, subscribe, unsubscribe or sync');
  }
}
