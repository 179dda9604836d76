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
  const text = textOf(body);
  const fields = new Map<string, string[]>();
  let lastName: string | undefined;
  let values: string[] = [];
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = placeIn(text, '&', start);
    if (end === start) continue;
    const pair = text.slice(start, end);
    const equals = placeIn(pair, '=');
    const name = pair.slice(0, equals);
    // Mostly the same name, again and again: that of a recipient.
    if (name !== lastName) {
      values = valuesOf(decode(name), fields);
      lastName = name;
    }
    values.push(decode(pair.slice(equals + 1)));
  }
  return fields;
}

/** Where it is from there on, or else the end. */
function placeIn(text: string, mark: string, from = 0): number {
  const place = text.indexOf(mark, from);
  return place === -1 ? text.length : place;
}

function valuesOf(name: string, fields: Map<string, string[]>): string[] {
  const values = fields.get(name) ?? [];
  fields.set(name, values);
  return values;
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  const bytes = Buffer.from(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at]!;
    if (byte === plus) {
      byte = space;
    } else if (byte === percent) {
      byte = 16 * hexDigit(bytes[++at]) + hexDigit(bytes[++at]);
    }
    bytes[length++] = byte;
  }
  return textOf(bytes, length);
}

const space = 0x20;
const percent = 0x25;
const plus = 0x2b;

function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & ~0x20;
  if (upper >= 0x41 && upper <= 0x46) return upper - 0x41 + 10;
  throw notDecodable();
}

/** What the first `length` of these bytes say. */
function textOf(bytes: Buffer, length = bytes.length): string {
  const text = bytes.toString('utf8', 0, length);
  // The replacement character stands for what is not UTF-8, and for itself.
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(0, length))) throw notDecodable();
  return text;
}

function notDecodable(): ApiError {
  return new ApiError('badParameter', 'The body is not decodable as form-encoded UTF-8.');
}
