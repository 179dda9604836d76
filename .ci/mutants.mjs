// Breaks the code in hundreds of ways, and has the tests find out.
// npm run mutants               server/core/, whole: .ci/stryker.json says how many must be found
// npm run mutants -- --all      the rest of server/, and what judges in client-sim/: each survivor must be listed and judged
//   --sample 600 --seed 18      so many of them, drawn by the seed
//   --files 'server/app/'       those whose path begins so, repeatable;  --since COMMIT  those in files changed since then (CI)
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Instrumenter } from '@stryker-mutator/instrumenter';

const { values } = parseArgs({
  options: {
    all: { type: 'boolean' },
    sample: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '18' },
    files: { type: 'string', multiple: true, default: [''] },
    since: { type: 'string' },
  },
});

/** Of a hundred, outside of `server/core/`. Of what has changed the figure is only told: a small sample proves little. */
const lowestScore = values.since ? 0 : 85;
/** Silence after which a process hangs in a loop that Stryker's own limit does not see. */
const silenceMs = 600_000;
const sandbox = resolve('.artifacts/mutants');
const job = resolve('.artifacts/mutants.json');
const coverage = resolve('.artifacts/mutants-coverage.json');
const log = resolve('.artifacts/mutants.ndjson');

const mutated = /^(server\/(?!core\/)|client-sim\/(inbox\.ts$|swarm\/|testkit\/)).*\.ts$/;
/** Not the slow ones; nor those about texts of the repository, which a mutant changes, about types, or turns of the event loop. */
const tests = /^test\/(?!.*(\.slow\.|-law\.)|(docs|web|bench)\/).+\.test\.ts$/;
const notTests = [
  'house',
  'rules',
  'supply-chain',
  'testkit/types',
  'gateway/client-connection',
  'scenarios/coming-and-going',
  'scenarios/faulty-crowd',
].map((name) => `test/${name}.test.ts`);

if (values.all || values.since) process.exit(await breakAll());
else process.exit(spawnSync('npx', ['stryker', 'run', '.ci/stryker.json'], { stdio: 'inherit' }).status);

/** The exit code. */
async function breakAll() {
  const files = git('ls-files', '--cached', '--others', '--exclude-standard').filter((file) =>
    existsSync(file),
  );
  const changed = values.since && git('diff', '--name-only', values.since);
  const isWanted = (file) => changed?.includes(file) ?? values.files.some((start) => file.startsWith(start));
  const mutants = await instrument(files);
  const order = {
    tests: files.filter((file) => tests.test(file) && !notTests.includes(file)),
    coverage,
    log,
  };
  await work({ ...order, mutants: [] });
  const { perTest, static: whileLoading } = JSON.parse(readFileSync(coverage, 'utf8'));
  const tested = new Set(Object.values(perTest).flatMap((hits) => Object.keys(hits)));
  const chosen = mutants
    .filter(({ id, file }) => isWanted(file) && (tested.has(id) || !(id in whileLoading)))
    .slice(0, Number(values.sample));
  const left = () => chosen.filter(({ id }) => !outcomes().has(id));
  // As long as each process says something.
  for (let said = -1; left().length > 0 && statSync(log).size > said; ) {
    said = statSync(log).size;
    await work({ ...order, mutants: left() });
  }
  return report(chosen);
}

/** A copy of the repository with all mutants in it, one of which can be switched on; the mutants in the order of the draw. */
async function instrument(files) {
  for (const each of [sandbox, log, coverage]) rmSync(each, { recursive: true, force: true });
  for (const file of files) cpSync(file, join(sandbox, file), { recursive: true });
  symlinkSync(resolve('node_modules'), join(sandbox, 'node_modules'));
  const texts = new Map(
    files.filter((file) => mutated.test(file)).map((file) => [file, readFileSync(file, 'utf8')]),
  );
  const sources = [...texts].map(([name, content]) => ({ name, content, mutate: true }));
  const logger = { debug() {}, info() {}, isDebugEnabled: () => false };
  const options = { plugins: null, ignorers: [], excludedMutations: [] };
  const instrumented = await new Instrumenter(logger).instrument(sources, options);
  for (const { name, content } of instrumented.files) writeFileSync(join(sandbox, name), content);
  const seen = new Map();
  return instrumented.mutants
    .map(({ id, fileName: file, location, replacement }) => {
      const { line, column } = location.start;
      const original = excerpt(texts.get(file), location);
      const key = JSON.stringify([values.seed, file, original, replacement]);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      // Not by its line: what is added above it must not change the draw.
      const draw = createHash('sha1')
        .update(`${key}${seen.get(key)}`)
        .digest('hex');
      return { id, file, at: `${file}:${line + 1}:${column + 1}`, original, replacement, draw };
    })
    .sort((one, other) => (one.draw < other.draw ? -1 : 1));
}

/** Has a process do what is ordered. It may end before that, and is ended when it has said nothing for too long. */
async function work(order) {
  writeFileSync(job, JSON.stringify(order));
  writeFileSync(log, '', { flag: 'a' });
  const vitest = spawn(
    resolve('node_modules/.bin/vitest'),
    ['run', '--config', 'test/mutants/vitest.config.ts'],
    {
      cwd: sandbox,
      env: { ...process.env, MUTANTS_JOB: job },
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true, // so that it has a group, which can be ended with what it has started
    },
  );
  const watch = setInterval(() => {
    if (Date.now() - statSync(log).mtimeMs > silenceMs) process.kill(-vitest.pid, 'SIGKILL');
  }, 1000);
  // Who is ended ends it, too.
  const end = () => process.kill(-vitest.pid, 'SIGKILL') && process.exit(1);
  process.once('SIGINT', end).once('SIGTERM', end);
  await once(vitest, 'exit');
  process.off('SIGINT', end).off('SIGTERM', end);
  clearInterval(watch);
}

/** What became of each mutant, by its number: of one that has ended its process, in the second try. */
function outcomes() {
  const tries = new Map();
  const all = new Map();
  const lines = readFileSync(log, 'utf8').split('\n');
  for (const line of lines.filter((text) => text.includes('"id"'))) {
    const { id, status } = JSON.parse(line);
    if (status === 'Started') tries.set(id, (tries.get(id) ?? 0) + 1);
    else if (status !== 'Unclear' || tries.get(id) > 1) all.set(id, status);
  }
  for (const [id, count] of tries) if (count > 1 && !all.has(id)) all.set(id, 'Endless');
  return all;
}

/** The exit code. */
function report(chosen) {
  const all = outcomes();
  const survived = chosen.filter(({ id }) => !['Killed', 'Endless'].includes(all.get(id)));
  const judged = JSON.parse(readFileSync('test/mutants/survivors.json', 'utf8'));
  const isSame = (one, other) =>
    ['file', 'original', 'replacement'].every((property) => one[property] === other[property]);
  const unjudged = survived.filter((mutant) => !judged.some((known) => isSame(known, mutant)));
  for (const { id, at, original, replacement } of unjudged)
    print(
      `${all.get(id)}, and not judged: ${at} ${JSON.stringify(original)} → ${JSON.stringify(replacement)}`,
    );
  const found = chosen.length - survived.length;
  const score = chosen.length === 0 ? 100 : (100 * found) / chosen.length;
  print(
    `${found} of ${chosen.length} mutants found: ${score.toFixed(1)} %; ${unjudged.length} survivors are not judged.`,
  );
  return score < lowestScore || (unjudged.length > 0 && !values.since) ? 1 : 0;
}

/** The text at a place of Stryker's. */
function excerpt(text, { start, end }) {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column);
  lines[0] = lines[0].slice(start.column);
  return lines.join('\n');
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' }).trimEnd().split('\n');
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
