import { badParameter } from './api-error.ts';
import {
  bytesParameter,
  type Fields,
  fieldsOf,
  type Parameter,
  parseJson,
  requiredText,
} from './parameters.ts';

type About = Pick<Parameter, 'description' | 'example'>;

/** The same parameter, but it may be absent, or empty: then it is undefined. */
export function optionally<T>(parameter: Parameter<T>): Parameter<T | undefined> {
  const isGiven = (fields: Fields) => fields.get(parameter.name)?.some((value) => value !== '');
  return {
    ...parameter,
    required: false,
    read: (fields) => (isGiven(fields) ? parameter.read(fields) : undefined),
  };
}

/** The same list, but its values may also come in one, joined by commas, as some SDKs send them. */
export function joined({ name, read, ...rest }: Parameter<string[]>): Parameter<string[]> {
  const split = (fields: Fields) => (fields.get(name) ?? []).flatMap((value) => String(value).split(','));
  return { ...rest, name, read: (fields) => read(new Map([[name, split(fields).filter(Boolean)]])) };
}

/** A whole number in this range, written in digits. */
export function digitsParameter(
  name: string,
  atLeast: number,
  atMost: number,
  about: About,
): Parameter<number> {
  const schema = { type: 'integer', minimum: atLeast, maximum: atMost };
  const read = (fields: Fields) => {
    const text = requiredText(fields, name);
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= atLeast && value <= atMost) return value;
    throw badParameter(name, `must be a whole number from ${atLeast} to ${atMost}`);
  };
  return { name, required: true, schema, ...about, read };
}

/** A close code that a server can send, or a word for what a client sees when there is none (RFC 6455, section 7.4.1). */
export function closeCodeParameter(name: string, about: About): Parameter<number> {
  const read = (fields: Fields) => {
    const text = requiredText(fields, name);
    const code = { none: 1005, cut: 1006 }[text];
    if (code !== undefined || /^(10(0[0-37-9]|1[0-4])|[34]\d{3})$/.test(text)) return code ?? Number(text);
    throw badParameter(name, 'must be 1000 to 1014 but for 1004 to 1006, 3000 to 4999, none, or cut');
  };
  return { name, required: true, schema: { type: 'string' }, ...about, read };
}

/** A JSON object as a text, which is what it is read as. */
export function jsonParameter(name: string, atMost: number, about: About): Parameter<string> {
  const parameter = bytesParameter(name, atMost, about);
  const read = (fields: Fields) => {
    const text = parameter.read(fields);
    fieldsOf(parseJson(text, `The parameter ${name}`), `The parameter ${name}`);
    return text;
  };
  return { ...parameter, read };
}

/** Where a page begins, as the page before has told. */
export function tokenParameter(name: string, about: About): Parameter<number> {
  const read = (fields: Fields) => {
    const position = Buffer.from(requiredText(fields, name), 'base64url').toString();
    if (/^\d{1,9}$/.test(position)) return Number(position);
    throw badParameter(name, 'must be one from an earlier answer');
  };
  return { name, required: true, schema: { type: 'string' }, ...about, read };
}

/**
 * A page of a list in the order of adding, and the token for the next one, if there is more. Positions count from the
 * oldest item, so what is added meanwhile moves no page.
 */
export function pageOf<T>(items: readonly T[], size: number, at: number | undefined, newestFirst: boolean) {
  const from = at ?? (newestFirst ? items.length : 0);
  const to = newestFirst ? from - size : from + size;
  const page = newestFirst ? items.slice(Math.max(0, to), from).reverse() : items.slice(from, to);
  const hasMore = newestFirst ? to > 0 : to < items.length;
  return { page, next: hasMore ? Buffer.from(String(to)).toString('base64url') : undefined };
}
