import { plainWords } from './plain-words.ts';

const goals = 'Goals';
const notMeasured = 'not measured';

/** Puts what a run measured in the place of what is on record, and keeps the rest: of other workloads, and other goals. */
export function mergeReadme(old: string, fresh: string): string {
  const parts = new Map([...partsOf(old), ...partsOf(fresh).filter(([name]) => name !== goals)]);
  const goalsPart = partsOf(fresh).find(([name]) => name === goals)?.[1] ?? '';
  parts.set(goals, mergeGoals(parts.get(goals) ?? '', goalsPart));
  // In the order of a whole run, as far as that tells.
  const names = [...new Set([...partsOf(old).map(([name]) => name), ...parts.keys()])];
  const isAtEnd = (name: string) => lastParts.includes(name);
  const ordered = [...names.filter((name) => !isAtEnd(name)), ...lastParts.filter((name) => parts.has(name))];
  return ordered
    .map((name) => parts.get(name)!.trimEnd())
    .join('\n\n')
    .concat('\n');
}

/** Begins a README with what its tables come to. */
export function withPlainWords(readme: string): string {
  const begin = readme.indexOf('\n') + 1;
  const end = readme.indexOf('\nWhat a delivery costs');
  return `${readme.slice(0, begin)}\n${plainWords(readme)}\n${readme.slice(end)}`;
}

/** Behind those of the workloads. */
const lastParts = ['An idle session', 'What another session notices of 1 → 1000, 128 KB', goals, 'Start'];

/** By their headings, without what stands behind a colon; the first has none. */
function partsOf(readme: string): [name: string, text: string][] {
  return readme.split(/^(?=## )/m).map((text) => {
    const [, name = ''] = /^## ([^:\n]*)/.exec(text) ?? [];
    return [name, text];
  });
}

/** Row by row. */
function mergeGoals(old: string, fresh: string): string {
  const nameOf = (row: string) => row.split('|')[1];
  const rows = old.split('\n');
  return fresh
    .split('\n')
    .map((row) => (row.includes(notMeasured) && rows.find((each) => nameOf(each) === nameOf(row))) || row)
    .join('\n');
}
