import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCandidates } from './candidates/all.ts';
import { statusSim } from './candidates/status-sim.ts';
import { chart } from './chart.ts';
import { check } from './check.ts';
import { killChildren } from './children.ts';
import { type ContestOptions, type ContestResult, contest } from './contest.ts';
import { judge } from './goals.ts';
import { measureIdle } from './idle.ts';
import { thisMachine } from './machine.ts';
import { mergeReadme, withPlainWords } from './merge-readme.ts';
import { measureNeighbour } from './neighbour.ts';
import { help, type Options, readOptions } from './options.ts';
import { profile } from './profile.ts';
import { readme } from './readme.ts';
import type { Results } from './results.ts';
import { readmeFile } from './section.ts';
import { summarize } from './summary.ts';
import { asText, contestTable, goalTable, idleTable, neighbourTable, type Table } from './tables.ts';
import { type Workload, workloads } from './workloads.ts';

/** A quick run does without what must be installed first. */
const quickCandidates = ['floor-c', 'floor-node', 'fastify-ws', 'bare-post', 'status-sim'];
const quickBatches = 2;
const idleSessions = 10_000;
const quickIdleSessions = 500;
const warmUpMs = 2000;
const profiledRows = 30;

async function main(options: Options): Promise<number> {
  if (options.check) return (await check(options.write)) ? 0 : 1;
  const chosen = workloads.filter(({ name }) => isChosen(name, options));
  if (options.profile) return printProfiles(chosen);
  const results = await measure(chosen, options);
  if (options.json) print(`${JSON.stringify({ ...results, goals: judge(results) })}\n`);
  else printTables(results, options);
  if (options.write) write(results, options.names.length === 0 && options.candidates.length === 0);
  const failed = results.absent.some(({ name }) => name.startsWith(statusSim.name));
  const missed = !options.quick && judge(results).some(({ met }) => met === false);
  return failed || missed ? 1 : 0;
}

async function measure(chosen: readonly Workload[], options: Options): Promise<Results> {
  const { quick, rounds } = options;
  const results: Results = {
    machine: thisMachine(),
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
      ' ',
    ),
    rounds,
    contests: [],
    idle: [],
    neighbour: undefined,
    absent: [],
  };
  const contestOptions: ContestOptions = {
    candidates: allCandidates.filter(({ name }) => isInvited(name, options)),
    rounds: quick ? 1 : rounds,
    warmUpMs: quick ? 0 : warmUpMs,
    onAbsent: (name, reason) => results.absent.push({ name, reason }),
    onProgress: (text) => process.stderr.write(`${text}\n`),
  };
  for (const group of byServers(quick ? chosen.filter(isSmall).map(shortened) : chosen)) {
    results.contests.push(...(await contest(group, contestOptions)));
  }
  if (isChosen('idle', options)) {
    results.idle = await measureIdle(quick ? quickIdleSessions : idleSessions, contestOptions);
  }
  if (isChosen('neighbour', options)) {
    const large = workloads.find(({ name }) => name === 'large')!;
    results.neighbour = await measureNeighbour(quick ? shortened(large) : large);
  }
  return results;
}

function isChosen(name: string, { names }: Options): boolean {
  return names.length === 0 || names.includes(name);
}

function isInvited(name: string, { candidates, quick }: Options): boolean {
  if (candidates.length > 0) return candidates.includes(name);
  return !quick || quickCandidates.includes(name);
}

function isSmall({ sessions }: Workload): boolean {
  return sessions <= 1000;
}

function shortened(workload: Workload): Workload {
  return { ...workload, batches: quickBatches };
}

/** The servers are started once for all workloads of the same candidates and sessions. */
function byServers(chosen: readonly Workload[]): Workload[][] {
  const keyOf = ({ sessions, only }: Workload) => JSON.stringify([sessions, only]);
  const keys = new Set(chosen.map(keyOf));
  return [...keys].map((key) => chosen.filter((workload) => keyOf(workload) === key));
}

async function printProfiles(chosen: readonly Workload[]): Promise<number> {
  for (const workload of chosen) {
    const { file, rows } = await profile(statusSim, workload);
    const table: Table = [
      ['own time', 'µs a publish'],
      ...rows.slice(0, profiledRows).map(({ place, selfTime }) => [place, selfTime.toFixed(1)]),
    ];
    print(`${workload.name}: ${workload.title}\n${file}\n\n${asText(table)}\n`);
  }
  return 0;
}

function printTables(results: Results, { quick }: Options): void {
  for (const each of results.contests) printTable(titleOf(each), contestTable(summarize(each)));
  if (results.idle.length > 0) printTable('idle', idleTable(results.idle));
  if (results.neighbour !== undefined) printTable('neighbour', neighbourTable(results.neighbour));
  for (const { name, reason } of results.absent) print(`absent: ${name}: ${reason}\n`);
  const goals = judge(results).filter(({ met }) => met !== undefined);
  if (!quick) printTable('goals', goalTable(goals));
}

function titleOf({ workload }: ContestResult): string {
  return `${workload.name}: ${workload.title}`;
}

function printTable(title: string, table: Table): void {
  print(`${title}\n${asText(table)}\n`);
}

/** The chart is of one run; a table may be of another one than its neighbour. */
function write(results: Results, isWhole: boolean): void {
  writeFileSync(readmeFile, withPlainWords(mergeReadme(readFileSync(readmeFile, 'utf8'), readme(results))));
  if (isWhole) writeFileSync(join(import.meta.dirname, 'chart.svg'), chart(results.contests));
}

function print(text: string): void {
  process.stdout.write(text);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') print(help);
  else process.exitCode = await main(options);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
} finally {
  killChildren(); // those of a contest that broke off
}
