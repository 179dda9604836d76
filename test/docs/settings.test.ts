import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settingTable } from '../../server/app/settings.ts';
import { protocolFile, schemaFile, schemaText, withSettings } from './settings-table.ts';

const document = readFileSync(protocolFile, 'utf8');

it('the table of settings is the one that `npm run docs` writes', () => {
  expect(document).toBe(withSettings(document));
});

it('the table has a row for each setting', () => {
  const missing = Object.keys(settingTable).filter((name) => !document.includes(`\n| \`${name}\` | `));
  expect(missing).toEqual([]);
});

it('the schema of a file of settings is the one that `npm run docs` writes', () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(schemaText());
});
