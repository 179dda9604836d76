import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A rival's configuration, in a folder of its own. @returns the path of the file */
export function configFile(name: string, text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'bench-')), name);
  writeFileSync(file, text);
  return file;
}
