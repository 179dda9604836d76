import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const folder = join(import.meta.dirname, '.build');

/** Compiles a C file and returns the program. Rejects when there is no C compiler. */
export async function compile(source: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, basename(source, '.c'));
  await promisify(execFile)('cc', ['-O2', '-o', program, source]);
  return program;
}
