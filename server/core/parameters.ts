import type { JsonSchema } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import { ApiError, badParameter } from './api-error.ts';

/** What a caller sent: every value of a name, in order. A form gives texts, JSON gives anything. */
export type Fields = ReadonlyMap<string, readonly unknown[]>;

/** Reads a JSON object as fields: a list is a repeated name. Null is a value, though no parameter takes it. */
export function fieldsOf(json: unknown, what = 'The body'): Fields {
  if (!isJsonObject(json)) throw new ApiError('badParameter', `${what} must be a JSON object.`);
  const fields = new Map<string, readonly unknown[]>();
  for (const [name, value] of Object.entries(json)) {
    if (value !== undefined) fields.set(name, Array.isArray(value) ? value : [value]);
  }
  return fields;
}

/** A text of at least one character. @throws ApiError 1002, 1005 (B3.2, B3.4) */
export function requiredText(fields: Fields, name: string, atMost = Number.POSITIVE_INFINITY): string {
  return checkText(name, soleValue(fields, name), atMost);
}

const on: readonly unknown[] = ['1', 1, true];
const off: readonly unknown[] = ['0', 0, false, ''];

/** Length in Unicode code points: what a person would count. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

export function checkText(name: string, value: unknown, atMost: number): string {
  if (value === undefined || value === null || value === '') throw required(name);
  if (typeof value !== 'string') throw badParameter(name, 'must be a text');
  // A code point takes one or two units: only a longer text needs counting.
  if (value.length > atMost && characters(value) > atMost) {
    throw tooLong(name, characters(value), atMost, 'characters');
  }
  return value;
}

function soleValue(fields: Fields, name: string): unknown {
  const values = fields.get(name) ?? [undefined];
  if (values.some((value) => value !== values[0])) throw sentTwice(name);
  return values.length === 0 ? null : values[0]; // an empty list is not absent, either
}

const required = (name: string) => badParameter(name, 'is required');

const sentTwice = (name: string) => badParameter(name, 'was sent twice with different values');

/** The refusal of a text over its limit, naming both. */
function tooLong(name: string, length: number, atMost: number, unit: 'characters' | 'bytes') {
  return new ApiError('tooLong', `The parameter ${name} is too long: ${length} ${unit}, at most ${atMost}.`);
}

/** One parameter of a call, declared once: how it is read, and how it is documented. */
export interface Parameter<T = unknown> {
  readonly name: string;
  readonly required: boolean;
  /** Of its value, as far as JSON Schema can say. */
  readonly schema: JsonSchema;
  /** The same in JSON, where more is taken. */
  readonly jsonSchema?: JsonSchema;
  readonly description: string;
  readonly example: unknown;
  /** @throws ApiError 1002 or 1005, naming the parameter and the limit (B3) */
  read(fields: Fields): T;
}

type About = Pick<Parameter, 'description' | 'example'>;

/** The id of a user or of a group. */
export function idParameter(name: string, about: About): Parameter<string> {
  return textParameter(name, limits.userIdCharacters, about);
}

/** Distinct ids in the order of first appearance (B1.4); the limit counts values as sent (B3.3). */
export function idsParameter(name: string, atMost: number, about: About): Parameter<string[]> {
  const id = textSchema(limits.userIdCharacters);
  const schema = { type: 'array', items: id, minItems: 1, maxItems: atMost };
  const jsonSchema = { oneOf: [id, schema] };
  const read = (fields: Fields) => {
    const values = fields.get(name) ?? [];
    if (values.length === 0) throw required(name);
    // The service's own wording, as recorded.
    if (values.length > atMost)
      throw new ApiError('badParameter', `the number of ${name} should less than ${atMost}.`);
    const distinct = new Set<string>();
    for (const value of values) distinct.add(checkText(name, value, limits.userIdCharacters));
    return [...distinct];
  };
  return { name, required: true, schema, jsonSchema, ...about, read };
}

/** A text with a limit in characters. */
export function textParameter(name: string, atMost: number, about: About): Parameter<string> {
  const read = (fields: Fields) => requiredText(fields, name, atMost);
  return { name, required: true, schema: textSchema(atMost), ...about, read };
}

/** A text with a limit in bytes of UTF-8: no character has less than one. */
export function bytesParameter(name: string, atMost: number, about: About): Parameter<string> {
  const read = (fields: Fields) => {
    const text = requiredText(fields, name);
    const bytes = Buffer.byteLength(text);
    if (bytes > atMost) throw tooLong(name, bytes, atMost, 'bytes');
    return text;
  };
  return { name, required: true, schema: textSchema(atMost), ...about, read };
}

const textSchema = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

/** One of a few words, or numbers as JSON has them. */
export function choiceParameter<const T extends string | number>(
  name: string,
  choices: readonly T[],
  about: About,
): Parameter<T> {
  const read = (fields: Fields) => {
    const value = soleValue(fields, name) ?? '';
    const choice = choices.find((each) => each === value);
    if (choice !== undefined) return choice;
    if (value === '') throw required(name);
    throw badParameter(name, `must be ${choices.join(', ').replace(/, (?!.*,)/, ' or ')}`);
  };
  return { name, required: true, schema: { type: typeof choices[0], enum: choices }, ...about, read };
}

/** 0 or 1, and 0 when absent or empty. JSON may also say true and false (B3.7). */
export function flagParameter(name: string, about: About): Parameter<boolean> {
  const schema = { type: 'string', enum: ['0', '1'], default: '0' };
  const jsonSchema = { enum: [0, 1, '0', '1', false, true], default: 0 };
  const read = (fields: Fields) => {
    const values = fields.get(name);
    if (values === undefined) return false;
    const isOn = values.some((value) => on.includes(value));
    const isOff = values.some((value) => off.includes(value));
    const isFlag = values.length > 0 && values.every((value) => on.includes(value) || off.includes(value));
    if (!isFlag) throw badParameter(name, 'must be 0 or 1');
    if (isOn && isOff) throw sentTwice(name);
    return isOn;
  };
  return { name, required: false, schema, jsonSchema, ...about, read };
}

/** A number in this range, as JSON has it. */
export function numberParameter(
  name: string,
  minimum: number,
  maximum: number,
  about: About,
  type: 'integer' | 'number' = 'integer',
): Parameter<number> {
  const read = (fields: Fields) => {
    const value = soleValue(fields, name);
    if (value === undefined) throw required(name);
    const isNumber = typeof value === 'number' && (type === 'number' || Number.isInteger(value));
    if (isNumber && value >= minimum && value <= maximum) return value;
    const kind = type === 'integer' ? 'whole number' : 'number';
    throw badParameter(name, `must be a ${kind} from ${minimum} to ${maximum}`);
  };
  return { name, required: true, schema: { type, minimum, maximum }, ...about, read };
}

/** The same parameter where a call does not require it: undefined when absent. */
export function optional<T>(parameter: Parameter<T>): Parameter<T | undefined> {
  const { name, read } = parameter;
  return { ...parameter, required: false, read: (fields) => (fields.has(name) ? read(fields) : undefined) };
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type Values<P> = { [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never };

/** Reads parameters in their order; absent ones have no value. @throws ApiError as they do */
export function readAll<P extends Parameters>(parameters: P, fields: Fields): Values<P> {
  const values = Object.entries(parameters).map(([name, parameter]) => [name, parameter.read(fields)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** @throws ApiError 1002 when both are given */
export function refuseBoth(fields: Fields, one: string, other: string): void {
  if (fields.has(one) && fields.has(other))
    throw new ApiError('badParameter', `The parameters ${one} and ${other} exclude each other.`);
}

export function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Reads JSON that somebody sent; `what` begins the sentence of a refusal. @throws ApiError 1002 */
export function parseJson(text: string, what: string): unknown {
  refuseDeepJson(text, what);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('badParameter', `${what} is not JSON.`);
  }
}

/**
 * `JSON.parse` takes any depth, but half a second for 400,000 levels, and whatever walks the result would overflow the
 * stack. So this looks at the text. @throws ApiError 1002
 */
export function refuseDeepJson(text: string, what: string): void {
  const most = limits.jsonLevels;
  let levels = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isInString = !isInString;
    else if (isInString) at += character === '\\' ? 1 : 0;
    else if (character === ']' || character === '}') levels--;
    else if ((character === '[' || character === '{') && ++levels > most)
      throw new ApiError('badParameter', `${what} is nested too deeply: at most ${most} levels.`);
  }
}
