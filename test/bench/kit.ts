/**
 * What a test of the kit costs under vitest: two clients, one publish, two exact assertions, 1000 times in one file. Run
 * after `npm run build`: node --import tsx test/bench/kit.ts [--write] [FOLDER of another commit, built]
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createVitest, version } from 'vitest/node';
import { thisMachine } from './machine.ts';
import { median, spreadOf } from './statistics.ts';
import { asMarkdown } from './tables.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Of all tests of the file, user and system, all threads. */
    cpuMs?: number;
  }
}

interface Round {
  /** Of a test as vitest tells it, with what is before and after it: the median. */
  testMs: number;
  /** Of a test on average, with what the runner does for it. */
  cpuMs: number;
}

const rounds = 5;
const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean' } },
  allowPositionals: true,
});
const root = join(import.meta.dirname, '../..');
const folders = [root, ...positionals.map(copyOf)];

/** Beside this commit, for the kit and the runner must share one vitest. */
function copyOf(folder: string): string {
  mkdirSync(join(root, '.artifacts'), { recursive: true });
  const copy = mkdtempSync(join(root, '.artifacts/kit-'));
  for (const part of ['dist', 'package.json'])
    cpSync(join(folder, part), join(copy, part), { recursive: true });
  process.once('exit', () => rmSync(copy, { recursive: true }));
  return copy;
}

async function run(folder: string): Promise<Round> {
  const vitest = await createVitest('test', {
    root: join(import.meta.dirname, 'kit'),
    config: false,
    watch: false,
    include: ['*.case.mjs'],
    reporters: [{}],
    env: { TESTKIT: join(folder, 'dist/client-sim/testkit/vitest.js') },
    server: { deps: { external: [/\/dist\//] } }, // as a package that is installed
  });
  const { testModules } = await vitest.start();
  const tests = testModules.flatMap(({ children }) => [...children.allTests('passed')]);
  await vitest.close();
  const cost = tests.pop();
  if (tests.length !== 1000) throw new Error(`Only ${tests.length} of 1000 tests passed.`);
  return {
    testMs: median(tests.map((test) => test.diagnostic()!.duration)),
    cpuMs: cost!.meta().cpuMs! / tests.length,
  };
}

const results: Round[][] = folders.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, folder] of folders.entries()) results[index]!.push(await run(folder));
}

const told = (figures: number[]) => {
  const { median, min, max } = spreadOf(figures);
  return `${median.toFixed(2)} [${min.toFixed(2)}–${max.toFixed(2)}]`;
};
const rows = results.map((each, index) => [
  index === 0 ? 'status-sim' : 'status-sim before',
  told(each.map(({ testMs }) => testMs)),
  told(each.map(({ cpuMs }) => cpuMs)),
]);
const { processor, cores, kernel, node, day } = thisMachine();
const page = `# What a test of the kit costs

Two clients, one publish, two exact assertions (\`toHaveReceivedOnce\`, \`toHaveReceivedNothing\`), 1000 times in one file:
medians of ${rounds} rounds, with the lowest and the highest. Written by \`node --import tsx test/bench/kit.ts --write\` on ${day}:
do not edit it by hand.

Machine: ${processor}, ${cores} cores, Linux ${kernel}, Node ${node}, vitest ${version}.

${asMarkdown([['', 'ms a test, by vitest: the median', 'CPU ms a test, with the runner'], ...rows])}`;
process.stdout.write(page);
if (values.write) writeFileSync(join(import.meta.dirname, 'kit.md'), page);
