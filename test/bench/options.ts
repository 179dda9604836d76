import { parseArgs } from 'node:util';
import { allCandidates } from './candidates/all.ts';
import { workloads } from './workloads.ts';

export interface Options {
  /** Names of workloads, `idle` and `neighbour`; empty for all. */
  names: string[];
  candidates: string[];
  rounds: number;
  json: boolean;
  quick: boolean;
  write: boolean;
  profile: boolean;
  check: boolean;
}

/** What is measured in another way than the workloads. */
const others = {
  idle: 'resident memory of 10,000 idle sessions, each',
  neighbour: 'what another session notices of 1 → 1000, 128 KB',
};

export const help = `Usage: npm run bench -- [names] [options]

Measures this project beside others: CPU time of the server, latency, memory.

Names (default: all):
${[...workloads.map(({ name, title }) => [name, title]), ...Object.entries(others)].map(([name, title]) => `  ${name!.padEnd(13)} ${title}`).join('\n')}

Options:
  --candidates LIST  only these, joined by commas:
                     ${allCandidates.map(({ name }) => name).join(' ')}
  --rounds N         rounds of each workload (default: 7)
  --json             print one JSON object
  --quick            a short run of few, to see that it works; goals are not judged
  --write            write what was measured into README.md, and all of it also into chart.svg
  --profile          a CPU profile of status-sim in each workload named, instead of a comparison
  --check            count instead of timing, and compare with counts.json: fails above a tenth more;
                     with --write, put on record what is counted
  --help             this
`;

/** @throws Error with a sentence for the user */
export function readOptions(args: string[]): Options | 'help' {
  const { values, positionals: names } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      candidates: { type: 'string', default: '' },
      rounds: { type: 'string', default: '7' },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const candidates = values.candidates.split(',').filter((name) => name !== '');
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1 on.');
  mustBeAmong(names, [...workloads.map(({ name }) => name), ...Object.keys(others)], 'a workload');
  mustBeAmong(
    candidates,
    allCandidates.map(({ name }) => name),
    'a candidate',
  );
  return { ...values, names, candidates, rounds };
}

function mustBeAmong(names: readonly string[], known: readonly string[], what: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is not ${what}: use one of ${known.join(', ')}.`);
}
