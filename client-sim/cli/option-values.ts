import { InvalidArgumentError } from 'commander';
import type { AppCredentials } from '../../server/index.ts';
import { Failure } from './failure.ts';

/** For an option that may be given several times. */
export function repeated(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

export function port(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

export function limit(text: string): number {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY;
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of at least 1, or "unlimited".');
}

/** Seconds, returned in milliseconds. */
export function seconds(text: string): number {
  const ms = Math.round(Number(text) * 1000);
  if (/^\d+(\.\d+)?$/.test(text) && ms >= 1 && ms <= maxSeconds * 1000) return ms;
  throw new InvalidArgumentError(`It must be a number of seconds from 0.001 to ${maxSeconds}.`);
}

/** The longest delay a timer of Node's takes. */
const maxSeconds = 2_147_483;

/** `KEY:SECRET`, or several separated by commas; may be given several times. */
export function apps(text: string, before: readonly AppCredentials[] = []): AppCredentials[] {
  return [...before, ...text.split(',').filter(Boolean).map(appCredentials)];
}

function appCredentials(text: string): AppCredentials {
  const [, key, secret] = /^([^:]+):(.+)$/.exec(text.trim()) ?? [];
  if (key && secret) return { key, secret };
  // Without the text itself, which may hold a secret.
  throw new Failure('--app takes KEY:SECRET, and STATUS_SIM_APPS the same separated by commas.', 2);
}

export function address(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be an address like http://127.0.0.1:4747.');
}

/** What goes into an HTTP header. */
export function headerValue(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new InvalidArgumentError('It must consist of visible ASCII characters.');
}
