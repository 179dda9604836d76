import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { navigationPaths } from '../../server/gateway/imlib/navigation.ts';
import { rongcloudCalls, storedCalls } from '../../server/http/rongcloud-calls.ts';
import { titles } from './titles.ts';

const readme = readFileSync(join(import.meta.dirname, '../../server/protocol/README.md'), 'utf8');
const [, section] = /^## RongCloud's calls\n(.*?)^## /ms.exec(readme)!;

const rows = [...section!.matchAll(/^\| `(\/[^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, path, test]) => {
  return { path: path!, test: test! };
});

it("the table has a row for each of RongCloud's calls that is answered, and no other", () => {
  const paths = [...Object.keys(rongcloudCalls), ...Object.keys(storedCalls), ...navigationPaths];
  expect(rows.map(({ path }) => path).sort()).toEqual(paths.sort());
});

it.for(rows)('the row of $path names a test that there is', ({ test }) => {
  expect(titles.filter((title) => title.startsWith(test) || test.startsWith(title))).not.toEqual([]);
});
