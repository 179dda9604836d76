import { expect, it } from 'vitest';
import { mergeReadme, withPlainWords } from './merge-readme.ts';

const head = '# Side by side\n\nWhat a delivery costs here and elsewhere.\n';
const table = (ours: string, theirs: string) => `
|  | × status-sim | p50 / p99 ms |
| --- | ---: | ---: |
| status-sim | 1.00 [1.00–1.00] | ${ours} |
| fastify-ws | ${theirs} | 9 / 9 |
`;
const goals = (row: string) => `## Goals\n\n| goal | measured |\n| --- | --- |\n${row}\n`;

it('a run of some workloads leaves the other tables, their goals and the start as they are', () => {
  const old = `${head}\n## one: 1 → 1\n\nold\n\n## large: 1\n\nold\n\n${goals('| large | 1.5 |')}\n## Start\n\nold\n`;
  const fresh = `${head}\n## one: 1 → 1\n\nnew\n\n## typing: pairs\n\nnew\n\n${goals('| large |  | not measured |')}`;
  const merged = mergeReadme(old, fresh);
  expect(merged.match(/^(## .*|old|new|\| large.*)$/gm)).toEqual([
    ...['## one: 1 → 1', 'new', '## large: 1', 'old', '## typing: pairs', 'new'],
    ...['## Goals', '| large | 1.5 |', '## Start', 'old'],
  ]);
  expect(mergeReadme(merged, fresh)).toBe(merged);
});

it('the three lines at the top come from the tables, and are written once', () => {
  const readme = `${head}\n## one: 1 → 1\n${table('0.1 / 2', '0.5')}\n## fanout: 1 → 1000\n${table('12.5 / 20', '2')}`;
  const written = withPlainWords(readme);
  expect(written).toContain('0.50 × Fastify + `ws.send`'); // ahead of it: half of its CPU
  expect(written).toContain('goes to one: 2.00 × Fastify');
  expect(written).toContain('0.1 ms after the publish, and with the last of 1000 after 12.5 ms');
  expect(withPlainWords(written)).toBe(written);
});
