import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentDocs } from './agents.ts';

const root = join(import.meta.dirname, '../..');

it('what agents read is what `npm run docs` writes', async () => {
  for (const [file, text] of Object.entries(await agentDocs())) {
    expect(readFileSync(join(root, file), 'utf8'), file).toBe(text);
  }
});

it('what agents read is short', async () => {
  const lines = Object.values(await agentDocs()).map((text) => text.trimEnd().split('\n').length);
  expect(Math.max(...lines)).toBeLessThanOrEqual(50);
});
