import { InvalidArgumentError } from 'commander';

/** For an option that may be given several times. */
export function repeated(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

export function address(text: string): string {
  // What `fetch` refuses, and what would end up in the middle of a path.
  if (URL.canParse(text) && /^https?:\/\/[^\s?#@]+$/i.test(text)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError(
    'It must be an address like http://127.0.0.1:4747, without a user, a password or a query.',
  );
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
  throw new InvalidArgumentError('It must be a duration from 100ms to 24h, like 500ms, 20s, 5m or 1h.');
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const shortestMs = 100;
const longestMs = 24 * unitMs.h;
