// For Stryker: a sample of the mutants that a seed decides, tested in the order of the draw, so that a run that is
// stopped has tested a fair sample, too; and each result as a line of a file at once.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';

const { MUTANTS_SEED: seed, MUTANTS_SHARE: share = '1', MUTANTS_LOG: log } = process.env;

/** From 0 to 1; the same for the same mutant and seed. */
function drawOf({ fileName, mutatorName, location: { start, end }, replacement }) {
  const path = fileName.slice(process.cwd().length);
  const mutant = [seed, path, mutatorName, start.line, start.column, end.line, end.column, replacement];
  return createHash('sha1').update(JSON.stringify(mutant)).digest().readUInt32BE() / 2 ** 32;
}

class Sample {
  async init() {}

  async check(mutants) {
    const verdictOn = (mutant) =>
      drawOf(mutant) < Number(share) ? { status: 'passed' } : { status: 'compileError', reason: 'not drawn' };
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, verdictOn(mutant)]));
  }

  async group(mutants) {
    const drawn = mutants.map((mutant) => [drawOf(mutant), mutant.id]).sort(([one], [other]) => one - other);
    return drawn.map(([, id]) => [id]);
  }
}

class Log {
  onMutantTested({
    status,
    fileName,
    location,
    mutatorName,
    replacement,
    statusReason,
    coveredBy,
    killedBy,
  }) {
    if (log === undefined || status === 'CompileError' || status === 'Ignored') return;
    const path = fileName.slice(process.cwd().length + 1);
    const { start, end } = location;
    const lines = readFileSync(fileName, 'utf8')
      .split('\n')
      .slice(start.line - 1, end.line);
    lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
    lines[0] = lines[0].slice(start.column - 1);
    const at = `${path}:${start.line}:${start.column}`;
    const original = lines.join('\n');
    const line = {
      status,
      at,
      mutatorName,
      original,
      replacement,
      statusReason: statusReason?.slice(0, 200),
      tests: coveredBy?.length,
      killedBy,
    };
    appendFileSync(log, `${JSON.stringify(line)}\n`);
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'sample', injectableClass: Sample },
  { kind: 'Reporter', name: 'log', injectableClass: Log },
];
