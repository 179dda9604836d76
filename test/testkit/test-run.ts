import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What became of one test. */
export interface TestResult {
  file: string;
  title: string;
  status: string;
  /** As the runner prints them, with the error's name and without its stack; vitest may name one twice. */
  failures: string[];
  /** The topmost line of the stack of the first, like `my.test.ts:12`. */
  line: string | undefined;
}

const root = join(import.meta.dirname, '../..');

/** Runs the tests of a folder, which holds a config of its own, with a vitest of their own. */
export function runVitest(folder: string, modules = join(root, 'node_modules')): Promise<TestResult[]> {
  return run([join(modules, 'vitest/vitest.mjs'), 'run', '--root', folder, '--reporter=json'], folder);
}

/** Runs the tests of a folder, in which jest is installed. */
export function runJest(folder: string): Promise<TestResult[]> {
  const jest = join(folder, 'node_modules/jest/bin/jest.js');
  return run(['--experimental-vm-modules', jest, '--json', '--rootDir', folder], folder);
}

/** Runs one file with node:test. */
export function runNodeTest(file: string): Promise<TestResult[]> {
  const reporter = join(import.meta.dirname, 'json-reporter.mjs');
  return run(['--import', 'tsx', '--test', `--test-reporter=${reporter}`, file], root);
}

function run(args: string[], cwd: string): Promise<TestResult[]> {
  const isInherited = (name: string) => !/^(VITEST|NODE_TEST_CONTEXT$)/.test(name);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => isInherited(name)));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd, env, maxBuffer: Number.POSITIVE_INFINITY },
      (_, stdout, stderr) => {
        // vitest 5 writes a file.
        const [, file] = /^JSON report written to (.+)$/m.exec(stdout) ?? [];
        const json = file ? readFileSync(file, 'utf8') : stdout;
        if (json.startsWith('{')) resolve(resultsOf(JSON.parse(json)));
        else reject(new Error(stderr + stdout));
      },
    );
  });
}

/** As vitest and jest print it. */
interface JsonReport {
  testResults: {
    name: string;
    message: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

function resultsOf({ testResults }: JsonReport): TestResult[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = basename(name);
    const none = [{ title: '', status: 'failed', failureMessages: [message] }];
    const results = assertionResults.length === 0 ? none : assertionResults;
    return results.map(({ title, status, failureMessages }) => {
      const failures = failureMessages.map((text) => text.split('\n    at ')[0]!);
      return { file, title, status, failures, line: topmostLine(failureMessages[0]) };
    });
  });
}

function topmostLine(failure = ''): string | undefined {
  const frame = failure.split('\n    at ')[1];
  return frame && /([^\\/]+:\d+):\d+\)?$/m.exec(frame)?.[1];
}
