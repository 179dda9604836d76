import { ApiError } from '../../server/core/api-error.ts';
import type { Fields } from '../../server/core/parameters.ts';
import { publishParameters } from '../../server/core/publish-parameters.ts';
import { builtInNames, reservedPrefix } from '../../server/protocol/message-types.ts';

/** Nobody mistypes more names than this; a body may have many thousands. */
const namesLookedAt = 100;

/**
 * A sentence for each unknown parameter that looks like a known one. Unknown ones are ignored (A3), so a mistake shows
 * only by its missing effect.
 */
export function hintsOf(sent: Iterable<string>, known: readonly string[]): string[] {
  const unknown = [...sent].slice(0, namesLookedAt).filter((name) => !known.includes(name));
  return unknown.flatMap((name) => {
    const meant = nearest(name, known);
    return meant === undefined
      ? []
      : [`The parameter ${name} is not known and was ignored. Did you mean ${meant}?`];
  });
}

/** A hint on a custom type that is a built-in one but for case, spaces, or the prefix. */
export function typeHints(objectName: string): string[] {
  const meant = builtInByBareName.get(bare(objectName));
  if (meant === undefined || meant === objectName) return [];
  return [`${JSON.stringify(objectName)} is a custom type. Did you mean ${meant}?`];
}

const builtInByBareName = new Map(
  builtInNames.flatMap((name) => [name, name.slice(reservedPrefix.length)].map((each) => [bare(each), name])),
);

/** A hint on two headers in one, which is how HTTP reads two of the same name. */
export function keyHints(appKey = ''): string[] {
  const [first, second] = appKey.split(', ');
  return first === second
    ? [
        `The header App-Key was sent twice: ${JSON.stringify(appKey)} is another app than ${JSON.stringify(first)}.`,
      ]
    : [];
}

/** Hints on the parameters of a publish. */
export function publishHints(fields: Fields): string[] {
  return hintsOf(fields.keys(), publishNames);
}

const publishNames = Object.keys(publishParameters);

/** @throws ApiError 1002 at the first name that a strict call does not know, with the nearest that it does (B6.1) */
export function refuseUnknown(sent: Iterable<string>, known: readonly string[]): void {
  for (const name of sent) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const all =
      known.length === 0 ? 'There is none' : `There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
    const shown = plainName.test(name) ? name.slice(0, 64) : JSON.stringify(name.slice(0, 64));
    throw new ApiError(
      'badParameter',
      `The parameter ${shown} is not known. ${meant === undefined ? `${all}.` : `Did you mean ${meant}?`}`,
    );
  }
}

/** The known name that is spelled most like this one, if any is. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const alike = known.filter((each) => looksLike(name, each));
  return alike.sort((a, b) => distance(bare(name), bare(a)) - distance(bare(name), bare(b)))[0];
}

const plainName = /^[\w.[\]-]+$/;

/** Whether a name is a known one spelled differently, up to two letters off, or with a suffix. */
function looksLike(name: string, known: string): boolean {
  if (name.length > known.length + longestEnding || !plainName.test(name)) return false;
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
