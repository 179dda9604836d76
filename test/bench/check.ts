import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Counts, count } from './counts.ts';
import { asText } from './tables.ts';

const file = join(import.meta.dirname, 'counts.json');
/** How much more than on record fails. */
const tolerance = 1.1;

interface Reference {
  /** What it was counted on: another version of Node allocates otherwise. */
  node: string;
  counts: Partial<Counts>;
}

/** Compares what can be counted with the record, or writes that anew. @returns whether nothing has grown by a tenth */
export async function check(isToBeWritten: boolean): Promise<boolean> {
  const counts = await count();
  const node = process.version.split('.', 1)[0]!;
  if (isToBeWritten) {
    const rounded = Object.entries(counts).map(([name, value]) => [name, value && Number(value.toFixed(2))]);
    const record = { node, counts: Object.fromEntries(rounded) };
    writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
  }
  const record: Reference = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { node, counts: {} };
  const rows = Object.entries(counts).map(([name, value]) => {
    const recorded = record.counts[name as keyof Counts];
    return { name, value, recorded, verdict: verdictOf(value, recorded, record.node === node) };
  });
  const cells = rows.map(({ name, value, recorded, verdict }) => [
    name,
    shown(value),
    shown(recorded),
    verdict,
  ]);
  process.stdout.write(asText([['', 'counted', 'on record', ''], ...cells]));
  return rows.every(({ verdict }) => verdict !== grown);
}

const grown = 'more than a tenth above';

function verdictOf(value: number | undefined, recorded: number | undefined, isSameNode: boolean): string {
  if (value === undefined) return 'cannot be counted here';
  if (recorded === undefined) return 'not on record';
  if (!isSameNode) return 'on record for another Node';
  return value > recorded * tolerance ? grown : 'as before, or less';
}

function shown(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(value < 10 ? 2 : 0);
}
