import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentDocs } from './agents.ts';
import { protocolFile, schemaFile, schemaText, withSettings } from './settings-table.ts';

// What `npm run docs` writes into the documents.
writeFileSync(protocolFile, withSettings(readFileSync(protocolFile, 'utf8')));
writeFileSync(schemaFile, schemaText());
for (const [file, text] of Object.entries(await agentDocs())) {
  writeFileSync(join(import.meta.dirname, '../..', file), text);
}
