import { isUtf8 } from 'node:buffer';
import { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';

/**
 * Reads an `application/x-www-form-urlencoded` body as the SDKs write it: repeated keys in order, `+` and `%20`,
 * raw colons, spaces and UTF-8 (A3).
 *
 * By hand, because the parsers at hand repair what is broken (with U+FFFD, or as it stands) or stop at 1000
 * pairs, where this must refuse the one (B3.8) and take the other.
 *
 * @throws ApiError 1002 when the body is not form-encoded UTF-8, 1003 when it is empty
 */
export function parseForm(body: Buffer): Fields {
  if (body.length === 0) throw new ApiError('noBody', 'The request has no body.');
  if (!isUtf8(body)) throw notDecodable();
  const fields = new Map<string, string[]>();
  for (const pair of body.toString().split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1));
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw notDecodable();
  }
}

function notDecodable(): ApiError {
  return new ApiError('badParameter', 'The body is not decodable as form-encoded UTF-8.');
}
