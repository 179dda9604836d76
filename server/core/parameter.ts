import type { JsonSchema } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import { ApiError } from './api-error.ts';
import {
  type Fields,
  flag,
  probability,
  requiredText,
  tooLong,
  userId,
  userIds,
  wholeNumber,
} from './parameters.ts';

/** One parameter of a call, declared once: how it is read, and what the documentation says of it. */
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

/** What a person is told of a parameter. */
interface About {
  description: string;
  example: unknown;
}

/** The id of a user or of a group. */
export function idParameter(name: string, about: About): Parameter<string> {
  return { name, required: true, schema: idSchema, ...about, read: (fields) => userId(fields, name) };
}

/** Ids, each in a value of its own. */
export function idsParameter(name: string, atMost: number, about: About): Parameter<string[]> {
  const schema = { type: 'array', items: idSchema, minItems: 1, maxItems: atMost };
  const jsonSchema = { oneOf: [idSchema, schema] };
  const read = (fields: Fields) => userIds(fields, name, atMost);
  return { name, required: true, schema, jsonSchema, ...about, read };
}

/** A text with a limit in characters. */
export function textParameter(name: string, atMost: number, about: About): Parameter<string> {
  const read = (fields: Fields) => requiredText(fields, name, atMost);
  const schema = { type: 'string', minLength: 1, maxLength: atMost };
  return { name, required: true, schema, ...about, read };
}

/** A text with a limit in bytes of UTF-8: no character has less than one. */
export function bytesParameter(name: string, atMost: number, about: About): Parameter<string> {
  const read = (fields: Fields) => {
    const text = requiredText(fields, name);
    const bytes = Buffer.byteLength(text);
    if (bytes > atMost) throw tooLong(name, bytes, atMost, 'bytes');
    return text;
  };
  return {
    name,
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: atMost },
    ...about,
    read,
  };
}

/** One of a few words. */
export function choiceParameter<T extends string>(
  name: string,
  words: readonly T[],
  about: About,
): Parameter<T> {
  const list = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  const read = (fields: Fields) => {
    const text = requiredText(fields, name);
    const word = words.find((each) => each === text);
    if (word === undefined) throw new ApiError('badParameter', `The parameter ${name} must be ${list}.`);
    return word;
  };
  return { name, required: true, schema: { type: 'string', enum: words }, ...about, read };
}

/** 0 or 1, and 0 when absent. */
export function flagParameter(name: string, about: About): Parameter<boolean> {
  const schema = { type: 'string', enum: ['0', '1'], default: '0' };
  const jsonSchema = { enum: [0, 1, '0', '1', false, true], default: 0 };
  return { name, required: false, schema, jsonSchema, ...about, read: (fields) => flag(fields, name) };
}

/** A whole number in these bounds, as JSON has it; undefined when absent. */
export function numberParameter(
  name: string,
  atLeast: number,
  atMost: number,
  about: About,
): Parameter<number | undefined> {
  const schema = { type: 'integer', minimum: atLeast, maximum: atMost };
  const read = (fields: Fields) => wholeNumber(fields, name, atLeast, atMost);
  return { name, required: false, schema, ...about, read };
}

/** A number from 0 to 1; undefined when absent. */
export function probabilityParameter(name: string, about: About): Parameter<number | undefined> {
  const schema = { type: 'number', minimum: 0, maximum: 1 };
  return { name, required: false, schema, ...about, read: (fields) => probability(fields, name) };
}

/** What RongCloud takes and the simulator has no use for. */
export function ignoredParameter(name: string, about: About): Parameter<undefined> {
  return { name, required: false, schema: { type: 'string' }, ...about, read: () => undefined };
}

const idSchema = { type: 'string', minLength: 1, maxLength: limits.userIdCharacters };
