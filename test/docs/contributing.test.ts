import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

/** A name without its folder stands beside the one before it. */
let folder = '';
const names = [...text.matchAll(/(?<![\w./*-])[\w-][\w./-]*(?:\.ts|\/)(?=[\s`])/g)].map(([name]) => {
  const path = /^(server|client-sim|test)\//.test(name) ? name : join(folder, name);
  folder = dirname(path);
  return path;
});

it('CONTRIBUTING names no source file or folder that is not there', () => {
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});
