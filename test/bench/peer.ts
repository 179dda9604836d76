import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const cache = join(import.meta.dirname, '.peers');

/**
 * Loads a package that only this bench wants, and so no `npm install` of the project brings. It is installed on
 * first use. Rejects when that fails, or when it does not run on this Node.
 */
export async function peer<T>(name: string, version: string): Promise<T> {
  return createRequire(join(await peerFolder(name, version), 'index.js'))(name);
}

/** The folder that such a package is installed in. */
export async function peerFolder(name: string, version: string): Promise<string> {
  const folder = join(cache, `${name.replace(/\W+/g, '-')}-${version}`);
  if (!existsSync(join(folder, 'node_modules', name))) {
    mkdirSync(folder, { recursive: true });
    await promisify(execFile)('npm', ['install', '--prefix', folder, '--no-save', `${name}@${version}`]);
  }
  return folder;
}
