import { join } from 'node:path';

export const readmeFile = join(import.meta.dirname, 'README.md');

/** Puts the last part of README.md, which test/bench/start.ts writes and no other run touches, in the place of the one there. */
export function withStartSection(readme: string, section: string): string {
  return `${readme.slice(0, startOf(readme)).trimEnd()}\n\n${section}`;
}

function startOf(readme: string): number {
  const index = readme.indexOf('\n## Start\n');
  return index < 0 ? readme.length : index + 1;
}
