import { readFileSync, writeFileSync } from 'node:fs';
import { protocolFile, withSettings } from './settings-table.ts';

// What `npm run docs` writes into the documents.
writeFileSync(protocolFile, withSettings(readFileSync(protocolFile, 'utf8')));
