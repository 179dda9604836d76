import { InvalidArgumentError } from 'commander';
import type { AppCredentials, WebhookTarget } from '../../server/index.ts';
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
export const secondsBetween = (leastMs: number, mostMs: number) => (text: string) => {
  const ms = Math.round(Number(text) * 1000);
  if (/^\d+(\.\d+)?$/.test(text) && ms >= leastMs && ms <= mostMs) return ms;
  throw new InvalidArgumentError(
    `It must be a number of seconds from ${leastMs / 1000} to ${mostMs / 1000}.`,
  );
};

/** Up to the longest delay a timer of Node's takes. */
export const seconds = secondsBetween(1, 2_147_483_000);

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

/** `URL` or `KEY=URL`; may be given several times. */
export function webhooks(text: string, before: readonly WebhookTarget[] = []): WebhookTarget[] {
  const [, appKey, url] = /^(?:([^=/]+)=)?(https?:.+)$/.exec(text) ?? [];
  if (url === undefined || !URL.canParse(url)) {
    throw new InvalidArgumentError(
      'It must be an address like http://127.0.0.1:8080/status, or KEY=ADDRESS.',
    );
  }
  return [...before, appKey === undefined ? { url } : { url, appKey }];
}

/** Where an engine answers. */
export function engineAddress(text: string): string {
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('It must be an address like redis://127.0.0.1:6379.');
}

export function address(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be an address like http://127.0.0.1:4747.');
}

/** The same, for an option that may be given several times. */
export function addresses(text: string, before: readonly string[] = []): string[] {
  return [...before, address(text)];
}

/** What goes into an HTTP header. */
export function headerValue(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new InvalidArgumentError('It must consist of visible ASCII characters.');
}

/** A whole number within these bounds. */
export function wholeNumber(atLeast: number, atMost: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= atLeast && number <= atMost) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${atLeast} to ${atMost}.`);
  };
}

/** A number within these bounds; its unit may be written behind it, or be left out. */
export function amount(unit: string, atLeast: number, atMost: number): (text: string) => number {
  return (text) => {
    const digits = text.endsWith(unit) ? text.slice(0, -unit.length) : text;
    const number = Number(digits);
    if (/^\d+(\.\d+)?$/.test(digits) && number >= atLeast && number <= atMost) return number;
    throw new InvalidArgumentError(`It must be a number from ${atLeast} to ${atMost}, like 5 or 5${unit}.`);
  };
}

/** A number and its unit, returned in milliseconds. */
export function duration(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * unitMs[unit as keyof typeof unitMs];
  if (ms >= shortestMs && ms <= longestMs) return ms;
  throw new InvalidArgumentError('It must be a time from 100ms to 24h, like 500ms, 20s, 5m or 1h.');
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const shortestMs = 100;
const longestMs = 24 * unitMs.h;
