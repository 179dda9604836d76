import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type File, startTests, type Test } from '@vitest/runner';
import { type TestAnnotation, TestRunner, type TestRunnerConfig } from 'vitest';

/** What `.ci/mutants.mjs` wants done, and where it looks for what came out. */
interface Job {
  mutants: { id: string; file: string }[];
  tests: string[];
  coverage: string;
  log: string;
}

/** What the code with mutants in it looks at and counts: Stryker's instrumenter has written it so. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number;
  mutantCoverage?: { perTest: Record<string, Record<string, number>>; static: Record<string, number> };
}

/** What a runner of Vitest's has, and does not show. */
interface Inside {
  readonly moduleRunner: object;
  readonly _otel: Parameters<TestRunner['__setTraces']>[0];
  readonly workerState: {
    evaluatedModules: { idToModuleMap: Map<string, Module>; invalidateModule(of: Module): void };
  };
}

type Module = object;

/** A file of tests, and which of them. */
interface Selection {
  file: string;
  ids: string[];
}

/** How often a mutant may run, compared with all tests without it: more is a loop without an end. */
const hitFactor = 100;
/** How many tests a mutant has to get past: in a file of its own room, in a file of another one, and in all. */
const most = { near: 40, far: 6, all: 300 };

const switchboard: Switchboard = {};
Object.assign(globalThis, { __stryker__: switchboard });

/** Runs tests that nobody is told of, up to the first that fails. */
class QuietRunner extends TestRunner {
  failed: Test | undefined;
  readonly #mutant: string | undefined;

  constructor(config: TestRunnerConfig, mutant?: string) {
    super(config as never);
    this.#mutant = mutant;
  }

  onBeforeRunFiles(): void {
    switchboard.activeMutant = this.#mutant;
  }

  override async onBeforeRunTask(test: Test): Promise<void> {
    await super.onBeforeRunTask(test);
    switchboard.currentTestId = `${test.file.filepath}#${test.id}`;
  }

  override onAfterRunTask(test: Test): void {
    super.onAfterRunTask(test);
    switchboard.currentTestId = undefined;
    if (test.result?.state !== 'fail' || this.#mutant === undefined) return;
    this.failed = test;
    this.cancel('test-failure');
  }

  onTestAnnotate(_: Test, annotation: TestAnnotation): Promise<TestAnnotation> {
    return Promise.resolve(annotation);
  }

  override onAfterRunFiles(): void {
    super.onAfterRunFiles();
    switchboard.activeMutant = undefined;
  }
}

/**
 * Runs the job in place of the one test that there is, in a process that has loaded everything once. What tests share, as
 * a simulator, they share for one mutant only.
 */
export default class MutantRunner extends TestRunner {
  readonly #root: string;
  readonly #job: Job;

  constructor(config: TestRunnerConfig) {
    super(config as never);
    this.#root = config.root;
    this.#job = JSON.parse(readFileSync(process.env.MUTANTS_JOB!, 'utf8'));
  }

  async onBeforeCollect(): Promise<void> {
    const { mutants, coverage } = this.#job;
    if (!existsSync(coverage)) await this.#cover();
    const { perTest, static: whileLoading } = JSON.parse(readFileSync(coverage, 'utf8'));
    for (const { id, file } of mutants) {
      this.#log({ id, status: 'Started' });
      const covering = Object.keys(perTest).filter((test) => id in perTest[test]);
      if (covering.length === 0) {
        this.#log({ id, status: id in whileLoading ? 'Static' : 'NoCoverage' });
        continue;
      }
      const hits = covering.reduce((sum, test) => sum + perTest[test][id], 0);
      const begun = performance.now();
      const outcome = await this.#try(id, select(covering, file), hits * hitFactor);
      this.#log({ id, ...outcome, covering: covering.length, ms: Math.round(performance.now() - begun) });
      if (outcome.status === 'Unclear') process.kill(process.pid);
    }
  }

  /** Finds out which test runs which mutants. */
  async #cover(): Promise<void> {
    switchboard.hitCount = undefined;
    for (const file of this.#job.tests) {
      const begun = performance.now();
      const files = await this.#run(new QuietRunner(this.config as never), { file });
      this.#log({ covered: file, ms: Math.round(performance.now() - begun), state: files[0]?.result?.state });
    }
    writeFileSync(this.#job.coverage, JSON.stringify(switchboard.mutantCoverage));
  }

  async #try(id: string, selections: Selection[], hitLimit: number) {
    let doubts = 0;
    switchboard.hitCount = 0;
    switchboard.hitLimit = hitLimit;
    this.#forgetTests();
    for (const { file, ids } of selections) {
      const runner = new QuietRunner(this.config as never, id);
      const [ran] = await this.#run(runner, { file, ids });
      if (switchboard.hitCount > hitLimit) return { status: 'Killed', killedBy: 'a loop without an end' };
      if (ran?.result?.state !== 'fail') continue;
      // Without the mutant it has to pass, here and now: else it is something else that it has found.
      this.#forgetTests();
      const { failed } = runner;
      const again = failed === undefined ? ids : [failed.id];
      const [control] = await this.#run(new QuietRunner(this.config as never), { file, ids: again });
      const reason = failed?.result?.errors?.[0]?.message.slice(0, 200);
      const how = { killedBy: failed?.name, file: file.slice(this.#root.length + 1), reason };
      if (control?.result?.state === 'pass') return { status: 'Killed', ...how };
      if (++doubts > 2) return { status: 'Unclear', ...how };
    }
    return { status: 'Survived' };
  }

  #run(runner: QuietRunner, { file, ids }: { file: string; ids?: string[] }): Promise<File[]> {
    Object.defineProperty(runner, 'moduleRunner', { value: this.#inside.moduleRunner });
    runner.__setTraces(this.#inside._otel);
    return startTests([{ filepath: file, testIds: ids }], runner);
  }

  /** So that each test file is loaded anew, and with it what tests share. */
  #forgetTests(): void {
    const { evaluatedModules } = this.#inside.workerState;
    for (const [path, module] of evaluatedModules.idToModuleMap) {
      if (path.startsWith(`${this.#root}/test/`)) evaluatedModules.invalidateModule(module);
    }
  }

  get #inside(): Inside {
    return this as unknown as Inside;
  }

  #log(line: object): void {
    appendFileSync(this.#job.log, `${JSON.stringify(line)}\n`);
  }
}

/** The tests of the mutant's own file, then some of each file of its room, then some of each other one. */
function select(covering: string[], mutated: string): Selection[] {
  const name = basename(mutated, '.ts');
  const rooms = dirname(mutated).split('/');
  const byFile = new Map<string, string[]>();
  for (const test of covering) {
    const [file, id] = test.split('#') as [string, string];
    byFile.set(file, [...(byFile.get(file) ?? []), id]);
  }
  const rank = (file: string) => {
    if (basename(file).startsWith(`${name}.`)) return 0;
    const folders = dirname(file).split('/test/').at(-1)!.split('/');
    if (folders.some((folder) => rooms.includes(folder))) return 1;
    return folders.includes('scenarios') ? 2 : 3;
  };
  const files = [...byFile.keys()].sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  let left = most.all;
  return files.flatMap((file) => {
    if (left <= 0) return [];
    const all = byFile.get(file)!;
    const atMost = Math.min([all.length, most.near][rank(file)] ?? most.far, left);
    // From all over the file: those that stand together tell much the same.
    const ids = all.filter((_, index) => index % Math.ceil(all.length / atMost) === 0);
    left -= ids.length;
    return [{ file, ids }];
  });
}
