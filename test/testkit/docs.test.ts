import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuild } from '../fixtures/built-example.ts';
import { runVitest, type TestResult } from './run-vitest.ts';

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
  const examples = examplesOf(page).filter(({ label }) => label.startsWith('ts'));
  let results: TestResult[];

  beforeAll(async () => {
    for (const [index, { code }] of examples.entries()) write(join(folder, `${index}.test.ts`), code);
    write(
      join(folder, 'vitest.config.ts'),
      'export default { test: { include: ["*.test.ts"], isolate: false, fileParallelism: false } };',
    );
    results = await runVitest(folder);
  }, 60_000);

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

describe('node-test.md', () => {
  const examples = examplesOf('node-test.md').filter(({ label }) => label === 'ts');

  it.for([...examples.entries()])('example %i runs', { timeout: 60_000 }, async ([index, { code }]) => {
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
