import { inspect } from 'node:util';
import type { JsonSchema } from '../protocol/json-schema.ts';

/** What values a setting takes, in code and as the text of an option or a variable. */
export interface Kind<T> {
  /** Completes "must be", of a value and of a text. */
  readonly must: string;
  readonly mustText?: string;
  accepts(value: unknown): boolean;
  /** What stands for a text in a synopsis; without one there is no text for it. */
  readonly placeholder?: string;
  /** The value that a text stands for, which may be one that is not accepted. */
  parse?(text: string): T | undefined;
  /** Of a number: the least and the most, and how many a text counts as one. */
  readonly range?: readonly [number, number];
  readonly unit?: number;
  /** Of an object: what a file may hold for it. */
  readonly schema?: JsonSchema;
  /** It may hold a password, so messages do not repeat it. */
  readonly secret?: boolean;
}

/** One setting. All that is said of it anywhere comes from here, and from its name. */
export interface Setting<T = unknown> {
  // biome-ignore lint/suspicious/noExplicitAny: of one value of a list, or of what may also be undefined
  readonly kind: Kind<any>;
  readonly default: T;
  readonly description: string;
  /** It holds any number of these. */
  readonly isList?: true;
  /** The heading that the command lists it under; without one the command does not take it. */
  readonly group?: string;
}

export function setting<T>(kind: Kind<T>, defaultValue: T, description: string): Setting<T> {
  return { kind, default: defaultValue, description };
}

export function optional<T>(kind: Kind<T>, description: string): Setting<T | undefined> {
  return setting<T | undefined>(kind, undefined, description);
}

export function list<T>(kind: Kind<T>, description: string): Setting<readonly T[]> {
  return { kind, default: [], description, isList: true };
}

/** Puts settings under a heading of the command's help. */
export function group<T extends Record<string, Setting>>(heading: string, settings: T): T {
  const grouped = Object.entries(settings).map(([name, each]) => [name, { ...each, group: heading }]);
  return Object.fromEntries(grouped);
}

/** A whole number. A text counts in units; `unlimited` lets it be infinite. */
function number(least: number, most: number, unit: number, unlimited: boolean): Kind<number> {
  const bounds = (per: number) =>
    most === Number.MAX_SAFE_INTEGER ? `of at least ${least / per}` : `from ${least / per} to ${most / per}`;
  const [noun, digits] = unit === 1 ? ['a whole number', /^\d+$/] : ['a number of seconds', /^\d+(\.\d+)?$/];
  return {
    must: `a whole number ${bounds(1)}${unlimited ? ', or Infinity' : ''}`,
    mustText: `${noun} ${bounds(unit)}${unlimited ? ', or "unlimited"' : ''}`,
    accepts: (value) =>
      (unlimited && value === Number.POSITIVE_INFINITY) ||
      (Number.isInteger(value) && Number(value) >= least && Number(value) <= most),
    placeholder: unit === 1 ? 'number' : 'seconds',
    parse(text) {
      if (unlimited && text === 'unlimited') return Number.POSITIVE_INFINITY;
      return digits.test(text) ? Math.round(Number(text) * unit) : undefined;
    },
    range: [least, most],
    unit,
  };
}

export const wholeNumber = (least: number, most: number) => number(least, most, 1, false);
export const limit = number(1, Number.MAX_SAFE_INTEGER, 1, true);
/** Milliseconds, or seconds in a text. */
export const duration = (leastMs: number, mostMs: number) => number(leastMs, mostMs, 1000, false);
/** Up to a hundred years, or for ever. */
export const unlimitedDuration = number(1, 100 * 365.25 * 24 * 3_600_000, 1000, true);

export const flag: Kind<boolean> = {
  must: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  parse: (text) => ({ true: true, false: false })[text],
};

/** One of these words. */
export function choice<T extends string>(...words: readonly T[]): Kind<T> {
  const accepts = (value: unknown) => words.includes(value as T);
  const parse = (text: string) => text as T;
  return { must: words.join(' or '), accepts, placeholder: words.join('|'), parse, schema: { enum: words } };
}

/** A text of this form; of a `url`, one that can be parsed. */
export function text(
  placeholder: string,
  must: string,
  form: RegExp,
  { url = false, secret = false } = {},
): Kind<string> {
  const accepts = (value: unknown) =>
    typeof value === 'string' && form.test(value) && (!url || URL.canParse(value));
  return { must, accepts, placeholder, parse: (value) => value, secret };
}

/** @throws RangeError naming the option, what it must be and what it was */
export function check(name: string, { kind, isList, default: defaultValue }: Setting, value: unknown): void {
  if (value === undefined && defaultValue === undefined) return;
  if (isList && !Array.isArray(value)) throw new RangeError(`The option ${name} must be a list.`);
  for (const each of isList ? (value as unknown[]) : [value]) {
    if (kind.accepts(each)) continue;
    const given = kind.secret ? '' : `, not ${inspect(each)}`;
    throw new RangeError(
      `${isList ? 'Each value of the' : 'The'} option ${name} must be ${kind.must}${given}.`,
    );
  }
}
