import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';

/** What became of one test. */
export interface TestResult {
  file: string;
  title: string;
  status: string;
  /** As vitest prints them, with the error's name and without its stack; it may name one twice. */
  failures: string[];
}

/** Runs the tests of a folder, which holds a config of its own, with a vitest of their own. */
export function runVitest(root: string): Promise<TestResult[]> {
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [vitest, 'run', '--root', root, '--reporter=json'],
      { env },
      (_, stdout, stderr) => {
        if (!stdout.startsWith('{')) reject(new Error(stderr));
        else resolve(resultsOf(JSON.parse(stdout)));
      },
    );
  });
}

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
    if (assertionResults.length === 0) return [{ file, title: '', status: 'failed', failures: [message] }];
    return assertionResults.map(({ title, status, failureMessages }) => {
      return { file, title, status, failures: failureMessages.map((text) => text.split('\n    at ')[0]!) };
    });
  });
}
