import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { check, type Setting } from '../../server/app/setting.ts';
import type { SimulatorSettings } from '../../server/app/settings.ts';
import { isJsonObject } from '../../server/core/parameters.ts';
import type { JsonSchema } from '../../server/protocol/json-schema.ts';
import { distance } from '../claims/hints.ts';
import { asInFile, configSchema, fileSettings, unlimited } from './config-schema.ts';
import { Failure } from './failure.ts';
import { callerFolder } from './invocation.ts';
import { jsonFault } from './json-fault.ts';

/** The file that is found by itself in the current folder. */
export const usualConfig = 'status-sim.json';

/** Settings, and the file that they came from. */
export interface Config {
  /** As the user knows it. */
  readonly file: string;
  readonly settings: Partial<SimulatorSettings>;
}

/**
 * Reads settings from a file.
 * @param option its path; false for none, undefined for the one in the current folder, if there is one
 * @throws Failure that names the file, and the key or the place
 */
export function readConfig(option: string | false | undefined): Config | undefined {
  if (option === false) return undefined;
  const file = option ?? usualConfig;
  let text: string;
  try {
    text = readFileSync(resolve(callerFolder ?? '', file), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (option === undefined && code === 'ENOENT') return undefined;
    throw new Failure(code === 'ENOENT' ? `There is no file ${file}.` : `${file}: ${message}.`, 2);
  }
  return { file, settings: parseConfig(text, basename(file)) };
}

/** @param name of the file, with which messages begin. @throws Failure */
export function parseConfig(text: string, name: string): Partial<SimulatorSettings> {
  const json = text.replace(/^\uFEFF/, '');
  const fault = jsonFault(json);
  if (fault !== undefined) {
    throw new Failure(`${name}, line ${fault.line}, column ${fault.column}: expected ${fault.expected}.`, 2);
  }
  const config = JSON.parse(json);
  const problem = problemIn(config, configSchema(), '');
  if (problem !== undefined) throw new Failure(`${name}: ${problem}`, 2);
  const given = fileSettings.filter(([key]) => Object.hasOwn(config, key));
  return Object.fromEntries(
    given.map(([key, setting]) => [key, settingValue(key, setting, config[key], name)]),
  );
}

function settingValue(key: string, setting: Setting, written: unknown, name: string): unknown {
  const isLifted = written === unlimited && setting.kind.accepts(Number.POSITIVE_INFINITY);
  const value = isLifted ? Number.POSITIVE_INFINITY : written;
  try {
    check(key, setting, value);
    return value;
  } catch (error) {
    throw new Failure(`${name}: ${asInFile(byKey((error as Error).message))}`, 2);
  }
}

/** The message about a setting, by the key that stands in a file. */
export function byKey(message: string): string {
  return message.replace(/\b(?:the )?option (\w+)/gi, '"$1"');
}

/** The first key or value that does not fit, in a sentence; of plain values, `check` knows more. */
function problemIn(value: unknown, schema: JsonSchema, path: string): string | undefined {
  const { type, items, properties, required, additionalProperties, enum: words } = schema as Shape;
  const what = path === '' ? 'the file' : `"${path}"`;
  const below = path === '' ? '' : `${path}.`;
  if (type === 'array') {
    if (!Array.isArray(value)) return `${what} must be a list.`;
    return first(value, (each, index) => problemIn(each, items!, `${path}[${index}]`));
  }
  if (type === 'object') {
    if (!isJsonObject(value)) return `${what} must be an object.`;
    const missing = required?.find((key) => !Object.hasOwn(value, key));
    return (
      first(Object.entries(value), ([key, each]) => {
        if (properties === undefined) return problemIn(each, additionalProperties as JsonSchema, below + key);
        if (!Object.hasOwn(properties, key)) return unknownKey(below + key, key, Object.keys(properties));
        return problemIn(each, properties[key]!, below + key);
      }) ??
      (missing && `"${below}${missing}" is missing.`)
    );
  }
  if (words !== undefined && !words.includes(value as string)) {
    return `${what} must be one of ${words.join(', ')}, not ${JSON.stringify(value)}.`;
  }
  if (type === 'string' && /[.[]/.test(path) && typeof value !== 'string') return `${what} must be a text.`;
  return undefined;
}

interface Shape {
  type?: string;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: unknown;
  enum?: string[];
}

function first<T>(all: readonly T[], find: (each: T, index: number) => string | undefined) {
  for (const [index, each] of all.entries()) {
    const found = find(each, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unknownKey(path: string, key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const hint = meant === undefined ? '.' : `; did you mean "${meant}"?`;
  return `no such key "${path}"${hint}`;
}

/** The known name that is spelled most alike, unless none is. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = name.toLowerCase();
  const by = (each: string) => distance(bare, each.toLowerCase());
  const [meant] = known.toSorted((one, other) => by(one) - by(other));
  return meant !== undefined && by(meant) <= Math.max(2, name.length / 3) ? meant : undefined;
}
