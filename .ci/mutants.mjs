// Breaks the code in hundreds of ways, and has the tests find out.
// npm run mutants               server/core/, whole: .ci/stryker.json says how many must be found
// npm run mutants -- --all      the rest of server/, and what judges in client-sim/: each survivor must be listed and judged
//   --share 0.1 --seed 18       a sample of it;  --files GLOB  only some of it, repeatable
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    all: { type: 'boolean' },
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '18' },
    files: { type: 'string', multiple: true },
  },
});

/** Of a hundred, outside of `server/core/`. */
const lowestScore = 85;
const log = '.artifacts/mutants.ndjson';
const judged = JSON.parse(readFileSync('test/mutants/survivors.json', 'utf8'));

const stryker = (config, env = {}) =>
  spawnSync('npx', ['stryker', 'run', config], { stdio: 'inherit', env: { ...process.env, ...env } }).status;

if (values.all || values.files) process.exit(all());
else process.exit(stryker('.ci/stryker.json'));

/** The exit code. */
function all() {
  mkdirSync('.artifacts', { recursive: true });
  rmSync(log, { force: true });
  let config = '.ci/stryker-all.json';
  if (values.files) {
    const chosen = { ...JSON.parse(readFileSync(config, 'utf8')), mutate: values.files };
    config = '.artifacts/stryker-some.json';
    writeFileSync(config, JSON.stringify(chosen));
  }
  const env = { MUTANTS_SHARE: values.share, MUTANTS_SEED: values.seed, MUTANTS_LOG: log };
  const status = stryker(config, env);
  if (status !== 0) return status;
  const mutants = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  const survived = mutants.filter((mutant) => !killed.includes(mutant));
  const unjudged = survived.filter((mutant) => !judged.some((known) => isSame(known, mutant)));
  for (const { at, original, replacement } of unjudged) {
    print(`Not found, and not judged: ${at} ${JSON.stringify(original)} → ${JSON.stringify(replacement)}`);
  }
  const score = (100 * killed.length) / mutants.length;
  print(
    `${killed.length} of ${mutants.length} found: ${score.toFixed(1)} %; ${unjudged.length} are not judged.`,
  );
  return score < lowestScore || unjudged.length > 0 ? 1 : 0;
}

/** Without its line: what stands above it may change. */
function isSame(known, { at, original, replacement }) {
  return known.file === at.split(':')[0] && known.original === original && known.replacement === replacement;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
