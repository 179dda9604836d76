import { isUtf8 } from 'node:buffer';
import { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';

/**
 * Reads an `application/x-www-form-urlencoded` body as the SDKs write it: repeated keys in order, `+` and `%20`,
 * raw colons, spaces and UTF-8 (A3).
 *
 * Written by hand because existing parsers repair broken input, which must be refused (B3.8), or stop at 1000 pairs.
 *
 * @throws ApiError 1002 when the body is not form-encoded UTF-8
 */
export function parseForm(body: Buffer): Fields {
  const fields = new Map<string, string[]>();
  let lastName: string | undefined;
  let values: string[] = [];
  for (const pair of textOf(body).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1));
    // In a list of recipients, the name is mostly that of the pair before.
    if (rawName !== lastName) {
      lastName = rawName;
      const name = decode(rawName);
      const known = fields.get(name);
      values = known ?? [value]; // V8 gives a list that begins empty room for seventeen
      if (known === undefined) {
        fields.set(name, values);
        continue;
      }
    }
    values.push(value);
  }
  return fields;
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw notDecodable(); // a % without two digits, or bytes that are not UTF-8
  }
}

function textOf(body: Buffer): string {
  const text = body.toString();
  // Invalid UTF-8 becomes the replacement character, which may also have been sent as such.
  if (text.includes('\uFFFD') && !isUtf8(body)) throw notDecodable();
  return text;
}

function notDecodable(): ApiError {
  return new ApiError('badParameter', 'The body is not decodable as form-encoded UTF-8.');
}
