import type { Fields } from './parameters.ts';
import { publishParameters } from './publish-parameters.ts';

/** Nobody mistypes more names than this; a body may have many thousands. */
const namesLookedAt = 100;

/**
 * A sentence for each unknown parameter that looks like a known one. Unknown ones are ignored (A3), so a mistake shows
 * only by its missing effect.
 */
export function hintsOf(sent: Iterable<string>, known: readonly string[]): string[] {
  const unknown = [...sent].slice(0, namesLookedAt).filter((name) => !known.includes(name));
  return unknown.flatMap((name) => {
    const meant = known.find((each) => looksLike(name, each));
    return meant === undefined
      ? []
      : [`The parameter ${name} is not known and was ignored. Did you mean ${meant}?`];
  });
}

/** Hints on the parameters of a publish. */
export function publishHints(fields: Fields): string[] {
  return hintsOf(fields.keys(), publishNames);
}

const publishNames = Object.keys(publishParameters);

/** Whether a name is a known one spelled differently, up to two letters off, or with a suffix. */
export function looksLike(name: string, known: string): boolean {
  if (name.length > known.length + longestEnding || !/^[\w.[\]-]+$/.test(name)) return false;
  const [a, b] = [bare(name), bare(known)];
  return a === b || (b.length >= shortestStem && (a.startsWith(b) || distance(a, b) <= 2));
}

const longestEnding = 8;

/** Shorter names have too many neighbours. */
const shortestStem = 5;

/** Without what spellings differ in: `from_user_id` and `fromUserId` are the same. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Levenshtein distance. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 0; column < b.length; column++) {
      const change = letter === b[column] ? 0 : 1;
      next.push(Math.min(row[column]! + change, row[column + 1]! + 1, next[column]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
