import { inspect } from 'node:util';
import { configSchema } from '../../client-sim/cli/config-schema.ts';
import { commandSettings, optionOf, variableOf } from '../../client-sim/cli/simulator-options.ts';
import type { Setting } from '../../server/app/setting.ts';
import { settingTable } from '../../server/app/settings.ts';

export const protocolFile = new URL('../../server/protocol/README.md', import.meta.url);

export const schemaFile = new URL('../../client-sim/status-sim.schema.json', import.meta.url);

/** The schema of a file of settings, as the package has it. */
export function schemaText(): string {
  return `${JSON.stringify(configSchema(), null, 2)}\n`;
}

const generated = /(?<=<!-- settings: `npm run docs` writes this table -->\n).*(?=<!-- end of settings -->)/s;

/** The document with the table of settings as it is in the code. */
export function withSettings(document: string): string {
  const rows = Object.entries<Setting>(settingTable).map(rowOf);
  const table = [
    '| setting | what it is | it must be | default | option | variable |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
  return document.replace(generated, () => `\n${table.join('\n')}\n\n`);
}

function rowOf([name, setting]: [string, Setting]): string {
  const { kind, isList, description, default: value } = setting;
  const isOption = commandSettings.some(([each]) => each === name);
  const option = isOption ? `\`${optionOf(name, setting).flags}\`` : '';
  const variable = isOption ? `\`${variableOf(name)}\`` : '';
  const isSet = value !== undefined && (typeof value !== 'object' || Object.keys(value as object).length > 0);
  const takes = isList ? `a list, each ${kind.must}` : kind.must;
  return `| \`${name}\` | ${description} | ${takes} | ${isSet ? inspect(value) : ''} | ${option} | ${variable} |`;
}
