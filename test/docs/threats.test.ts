import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { titles } from './titles.ts';

const readme = readFileSync(join(import.meta.dirname, '../../server/protocol/README.md'), 'utf8');
const rows = ['Bounds', 'Threat model'].map((heading) => {
  const [, section] = new RegExp(`^## ${heading}\\n(.*?)^## `, 'ms').exec(readme)!;
  const lines = section!.split('\n').filter((line) => /^\| (?!attack|what \||---)/.test(line));
  return lines.map((line) => {
    const cells = line.slice(2, -2).split(' | ');
    return { what: cells[0]!, tests: cells.at(-1)!.split('; ') };
  });
});

it('the tables of bounds and of threats are there', () => {
  expect(rows.map(({ length }) => length > 40)).toEqual([true, true]);
});

it.for(rows.flat())('the row "$what" names tests that there are', ({ tests }) => {
  const isThere = (test: string) => titles.some((title) => title.startsWith(test));
  expect(tests.filter((test) => !isThere(test))).toEqual([]);
});
