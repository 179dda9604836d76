import { isUtf8 } from 'node:buffer';
import { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';

export const formType = 'application/x-www-form-urlencoded';

/**
 * Reads a form as the SDKs write it: repeated keys in order, `+` and `%20`, raw colons, spaces and UTF-8 (A3).
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
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1), rawName);
    // In a list of recipients, the name is mostly that of the pair before.
    if (rawName !== lastName) {
      lastName = rawName;
      const name = decode(rawName, rawName);
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

/** @param name of the parameter that it belongs to, as it was sent */
function decode(text: string, name: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw notDecodable(name); // a % without two digits, or bytes that are not UTF-8
  }
}

function textOf(body: Buffer): string {
  const text = body.toString();
  // Invalid UTF-8 becomes the replacement character, which may also have been sent as such.
  if (text.includes('\uFFFD') && !isUtf8(body)) throw notDecodable();
  return text;
}

function notDecodable(name?: string): ApiError {
  const what =
    name === undefined
      ? 'body'
      : `parameter ${/^\w+$/.test(name) ? name : JSON.stringify(name.slice(0, 64))}`;
  return new ApiError('badParameter', `The ${what} is not decodable as form-encoded UTF-8.`);
}
