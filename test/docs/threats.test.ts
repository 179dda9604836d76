import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { titles } from './titles.ts';

const readme = readFileSync(join(import.meta.dirname, '../../server/protocol/README.md'), 'utf8');
const [, section] = /^## Threat model\n(.*?)^## /ms.exec(readme)!;
const rows = section!
  .split('\n')
  .filter((line) => /^\| (?!attack|---)/.test(line))
  .map((line) => {
    const [attack, , ...tests] = line.slice(2, -2).split(' | ');
    return { attack: attack!, tests: tests.join(' | ').split('; ') };
  });

it('the table of threats is there', () => {
  expect(rows.length).toBeGreaterThan(20);
});

it.for(rows)('what stops "$attack" is shown by tests that there are', ({ tests }) => {
  const isThere = (test: string) => titles.some((title) => title.startsWith(test));
  expect(tests.filter((test) => !isThere(test))).toEqual([]);
});
