import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rongcloudCalls } from '../../server/http/rongcloud-calls.ts';
import { storedCalls } from '../../server/http/stored-calls.ts';
import { navigationPaths } from '../../server/imlib/navigation.ts';

const testFolder = join(import.meta.dirname, '..');
const readme = readFileSync(join(testFolder, '../server/protocol/README.md'), 'utf8');
const [, section] = /^## RongCloud's calls\n(.*?)^## /ms.exec(readme)!;

const rows = [...section!.matchAll(/^\| `(\/[^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, path, test]) => {
  return { path: path!, test: test! };
});

/** How the title of each test begins: up to what is filled in later. */
const titles = readdirSync(testFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => {
    const source = readFileSync(join(testFolder, file), 'utf8');
    return [...source.matchAll(/\(\s*(['"`])((?:[ABC]\d+(?:\.\d+)?) .*?)\1,/g)].map(([, , title]) => title!);
  })
  .map((title) => title.split(/%|\$/, 1)[0]!);

it("the table has a row for each of RongCloud's calls that is answered, and no other", () => {
  const paths = [...Object.keys(rongcloudCalls), ...Object.keys(storedCalls), ...navigationPaths];
  expect(rows.map(({ path }) => path).sort()).toEqual(paths.sort());
});

it.for(rows)('the row of $path names a test that there is', ({ test }) => {
  expect(titles.filter((title) => title.startsWith(test) || test.startsWith(title))).not.toEqual([]);
});
