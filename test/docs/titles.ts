import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const testFolder = join(import.meta.dirname, '..');

/** How the title of each test that names a rule begins: up to what is filled in later. */
export const titles = readdirSync(testFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const source = readFileSync(join(testFolder, file), 'utf8');
    return [...source.matchAll(/\(\s*(['"`])((?:[ABC]\d+(?:\.\d+)?) .*?)\1,/g)].map(([, , title]) => title!);
  })
  .map((title) => title.split(/%|\$/, 1)[0]!);
