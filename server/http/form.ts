import { isUtf8 } from 'node:buffer';
import { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';

/**
 * Reads an `application/x-www-form-urlencoded` body as the SDKs write it: repeated keys in order, `+` and `%20`,
 * raw colons, spaces and UTF-8 (A3).
 *
 * Written by hand because existing parsers repair broken input, which must be refused (B3.8), or stop at 1000 pairs.
 *
 * @throws ApiError 1002 when the body is not form-encoded UTF-8, 1003 when it is empty
 */
export function parseForm(body: Buffer): Fields {
  if (body.length === 0) throw new ApiError('noBody', 'The request has no body.');
  const fields = new Map<string, string[]>();
  let lastName: string | undefined;
  let values: string[] = [];
  for (const pair of textOf(body).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    // In a list of recipients, the name is mostly that of the pair before.
    if (rawName !== lastName) {
      const name = decode(rawName);
      values = fields.get(name) ?? [];
      fields.set(name, values);
      lastName = rawName;
    }
    values.push(equals === -1 ? '' : decode(pair.slice(equals + 1)));
  }
  return fields;
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

/** Decodes the first `length` bytes. */
function textOf(bytes: Buffer, length = bytes.length): string {
  const text = bytes.toString('utf8', 0, length);
  // Invalid UTF-8 becomes the replacement character, which may also have been sent as such.
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(0, length))) throw notDecodable();
  return text;
}

function notDecodable(): ApiError {
  return new ApiError('badParameter', 'The body is not decodable as form-encoded UTF-8.');
}
