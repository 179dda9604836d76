import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const protocol = readFileSync(join(import.meta.dirname, '../server/protocol/README.md'), 'utf8');
const imlib = readFileSync(join(import.meta.dirname, '../server/gateway/imlib/README.md'), 'utf8');

/** All of Part B but B7: the rules of behaviour. B7 describes commands. */
const rules = [...new Set([...protocol.match(/\bB(?!7)\d+\.\d+\b/g)!, ...imlib.match(/(?<=^### )C\d+/gm)!])];

const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  .join('\n');

it.each(rules)('rule %s begins the title of a test', (rule) => {
  expect(tests).toMatch(new RegExp(`['\`]${rule.replace('.', '\\.')}\\b`));
});
