import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuild } from '../fixtures/built-example.ts';
import { runVitest, type TestResult } from './test-run.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'status-sim-docs-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** An example between fences, and what stands between the next ones. */
interface Example {
  /** What follows the opening fence: the language, and maybe a word. */
  label: string;
  code: string;
  next: string | undefined;
}

describe.each(['README.md', 'explore.md', 'typing.md'])('%s', (page) => {
  const folder = join(scratch, page);
  const onPage = examplesOf(page);
  const examples = onPage
    .filter(({ label }) => /^ts( fails)?$/.test(label))
    .concat(page === 'README.md' ? insteadOfHappyDom(onPage) : []);
  let results: TestResult[];

  beforeAll(async () => {
    for (const [index, { code }] of examples.entries()) write(join(folder, `${index}.test.ts`), code);
    write(
      join(folder, 'vitest.config.ts'),
      'export default { test: { include: ["*.test.ts"], isolate: false, fileParallelism: false } };',
    );
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    results = await runVitest(folder);
  });

  it.for([...examples.entries()])(
    'example %i runs, and fails only where it says so',
    ([index, { label, next }]) => {
      const result = results.find(({ file }) => file === `${index}.test.ts`);
      const failure = result?.failures[0]?.replace(/^\w+( \[\w+\])?: /, '');
      expect(failure).toBe(label === 'ts fails' ? next : undefined);
      expect(result?.status).toBe(label === 'ts fails' ? 'failed' : 'passed');
    },
  );
});

/** The example for happy-dom, with the beginning that jsdom wants in the place of its first line. */
function insteadOfHappyDom(examples: Example[]): Example {
  const head = examples.find(({ label }) => label === 'ts jsdom')!;
  const { code } = examples.find(({ code }) => code.includes('@vitest-environment happy-dom'))!;
  return { label: 'ts', code: code.replace(/^.+$/m, head.code), next: undefined };
}

describe('node-test.md', () => {
  const examples = examplesOf('node-test.md').filter(({ label }) => label === 'ts');

  it.for([...examples.entries()])('example %i runs', async ([index, { code }]) => {
    const file = write(join(scratch, `${index}.mts`), code);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '--test', file], {
      cwd: root,
      env,
    });
    expect((await run).stdout).toMatch(/^. pass 1$/m);
  });
});

function examplesOf(page: string): Example[] {
  const text = readFileSync(join(root, 'client-sim/testkit', page), 'utf8');
  const blocks = [...text.matchAll(/^```(.+)\n([\s\S]*?)\n```$/gm)].map(([, label, code]) => ({
    label: label!,
    code: code!,
  }));
  return blocks.map((block, index) => ({ ...block, next: blocks[index + 1]?.code }));
}

/** Writes an example that imports from this very package. */
function write(file: string, code: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fromBuild(code));
  return file;
}
