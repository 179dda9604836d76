import { flag, type Setting } from '../../server/app/setting.ts';
import { settingTable } from '../../server/app/settings.ts';
import type { JsonSchema } from '../../server/protocol/json-schema.ts';

/** The settings that a file may hold: all but what only a program can have. */
export const fileSettings: readonly (readonly [name: string, Setting])[] = Object.entries<Setting>(
  settingTable,
).filter(([name]) => name !== 'page');

/** The JSON Schema of a file of settings, for editors. */
export function configSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of status-sim',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(fileSettings.map(([name, setting]) => [name, schemaOf(setting)])),
    },
  };
}

/** What a file says for a limit that is lifted: JSON has no Infinity. */
export const unlimited = 'unlimited';

function schemaOf({ kind, isList, description, default: value }: Setting): JsonSchema {
  const isUnlimited = value === Number.POSITIVE_INFINITY;
  const hasDefault = value !== undefined && !isList;
  return {
    description: `${description} (${isList ? 'each ' : ''}${asInFile(kind.must)})`,
    ...(hasDefault ? { default: isUnlimited ? unlimited : value } : {}),
    ...(isList ? { type: 'array', items: closed(valueSchema(kind)) } : valueSchema(kind)),
  };
}

/** A message about a setting, as it is in a file. */
export function asInFile(message: string): string {
  return message.replace('or Infinity', `or "${unlimited}"`);
}

function valueSchema(kind: Setting['kind']): JsonSchema {
  if (kind === flag) return { type: 'boolean' };
  if (kind.range === undefined) return kind.schema ?? { type: 'string' };
  const [minimum, maximum] = kind.range;
  const number = { type: 'integer', minimum, maximum };
  return kind.accepts(Number.POSITIVE_INFINITY) ? { anyOf: [number, { const: unlimited }] } : number;
}

/** Lets an object have no property but those that are named, at any depth. */
function closed(schema: JsonSchema): JsonSchema {
  const { items, properties } = schema as { items?: JsonSchema; properties?: Record<string, JsonSchema> };
  return {
    ...schema,
    ...(items && { items: closed(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)])),
      additionalProperties: false,
    }),
  };
}
