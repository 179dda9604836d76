import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it as base, main } from '../cli/command.ts';

/** A page with a recipe: files, how to run them, and what a test that fails says. */
interface Recipe {
  page: string;
  /** The file with the test that must fail. */
  failing: string;
  tool: string;
  /** What stands on the page, and what it is called here. */
  here?: [string | RegExp, string];
  more?: Record<string, string>;
}

const recipes: Recipe[] = [
  { page: 'pytest.md', failing: 'test_fails.py', tool: 'pytest-3', here: [/^pytest$/m, 'pytest-3'] },
  {
    page: 'junit.md',
    failing: 'FailingTest.java',
    tool: 'javac',
    here: [
      /junit-platform-console-standalone\.jar/g,
      '/usr/share/java/junit-platform-console-standalone.jar',
    ],
  },
  { page: 'go.md', failing: 'fails_test.go', tool: 'go', more: { 'go.mod': 'module example\n\ngo 1.19\n' } },
];

const it = base.extend('project', ({ onTestFinished }) => (installed: boolean) => {
  const folder = mkdtempSync(join(tmpdir(), 'status-sim-recipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{}');
  if (installed) {
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(main, join(folder, 'node_modules/.bin/status-sim'));
  }
  return folder;
});

/** Skipped only where the tool is missing and may be; says so. */
function isMissing({ tool, page }: Recipe): boolean {
  if (process.env.STATUS_SIM_REQUIRE_ALL === '1') return false;
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return false;
  } catch {
    process.stderr.write(`\nSKIPPED: ${tool} is missing, so the recipe of ${page} is not run.\n`);
    return true;
  }
}

describe.for(recipes)('$page', (recipe) => {
  const { page, failing, here = ['', ''], more = {} } = recipe;
  const text = readFileSync(join(import.meta.dirname, '../../client-sim/testkit', page), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language, file, code]) => {
    return { language: language!, file, code: code! };
  });
  const command = blocks.find(({ language }) => language === 'sh')!.code.replace(...here);
  const message = blocks.find(({ language }) => language === 'text')!.code;

  /** Writes the files of the page; the one that must fail only when asked to. */
  function write(folder: string, withFailing = false): void {
    const files = blocks.flatMap(({ file, code }) => (file === undefined ? [] : [[file, code] as const]));
    for (const [file, code] of [...files, ...Object.entries(more)]) {
      if (file !== failing || withFailing) writeFileSync(join(folder, file), code);
    }
  }

  const typed = (folder: string) => [`cd '${folder}' && set -e && ${command}`];
  const shell = { command: ['bash', '-c'] };

  it.skipIf(isMissing(recipe))('starts the simulator, and passes', async ({ project, runToEnd }) => {
    const folder = project(true);
    write(folder);
    const { code, stdout, stderr } = await runToEnd(typed(folder), shell);
    expect(code, stdout + stderr).toBe(0);
  });

  it.skipIf(isMissing(recipe))(
    'finds the simulator, and fails as the page says',
    async ({ project, simulator, runToEnd }) => {
      const folder = project(false);
      write(folder, true);
      const env = { STATUS_SIM_URL: simulator.url };
      const { code, stdout, stderr } = await runToEnd(typed(folder), { ...shell, env });
      expect(stdout, stderr).toContain(message);
      expect(code).not.toBe(0);
    },
  );

  it.skipIf(isMissing(recipe))('says when there is no simulator', async ({ project, runToEnd }) => {
    const folder = project(false);
    write(folder);
    const { code, stdout, stderr } = await runToEnd(typed(folder), shell);
    expect(stdout + stderr).toContain('No simulator: set STATUS_SIM_URL, or npm install the package here.');
    expect(code).not.toBe(0);
  });
});

it('the fixture of pytest has forty lines', () => {
  const text = readFileSync(join(import.meta.dirname, '../../client-sim/testkit/pytest.md'), 'utf8');
  const [, fixture] = /^```python conftest\.py\n(.*?)^```$/ms.exec(text)!;
  expect(fixture!.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});
