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
  const text = body.toString();
  const ampersand = finder(text, '&');
  const equals = finder(text, '=');
  const percent = finder(text, '%');
  const plus = finder(text, '+');
  const part = (start: number, end: number) => {
    const written = text.slice(start, end);
    return percent(start) < end || plus(start) < end ? decode(written) : written;
  };
  const fields = new Map<string, string[]>();
  let lastName: string | undefined;
  let values: string[] = [];
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = ampersand(start);
    if (end === start) continue;
    const middle = Math.min(equals(start), end);
    const name = part(start, middle);
    // Mostly the same name, again and again: that of a recipient.
    if (name !== lastName) {
      values = valuesOf(name, fields);
      lastName = name;
    }
    values.push(part(middle + 1, end));
  }
  return fields;
}

/** Finds a character at a place or behind it, or else the end. The places only rise, so no character is passed twice. */
function finder(text: string, mark: string): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) found = text.indexOf(mark, from);
    if (found === -1) found = text.length;
    return found;
  };
}

function valuesOf(name: string, fields: Map<string, string[]>): string[] {
  const values = fields.get(name) ?? [];
  fields.set(name, values);
  return values;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw notDecodable();
  }
}

function notDecodable(): ApiError {
  return new ApiError('badParameter', 'The body is not decodable as form-encoded UTF-8.');
}
