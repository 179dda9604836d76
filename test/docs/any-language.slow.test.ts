import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it as base, main } from '../cli/command.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'client-sim/testkit/any-language.md'), 'utf8');

interface Block {
  language: string;
  /** What to do with it: nothing special, or a word behind the language. */
  role: string | undefined;
  text: string;
}

const blocks: Block[] = [...page.matchAll(/^```(\w+)(?: (\w+))?\n(.*?)^```$/gms)].map(
  ([, language, role, text]) => ({ language: language!, role, text: text! }),
);

/** The commands to type in the shell, each with what the reader is told to see: the text block that follows. */
const typed = blocks.flatMap(({ language, role, text }, index) => {
  const next = blocks[index + 1];
  if (language !== 'sh' || role) return [];
  return [{ command: text, output: next?.language === 'text' ? next.text : '' }];
});

const program = blocks.find(({ language }) => language === 'python')!.text;

/** The one command with this role, with this very code in the place of the package. */
function command(role: string): string {
  const sim = `'${process.execPath}' '${main}'`;
  const { text } = blocks.find((block) => block.role === role)!;
  return text.trim().replace('npx status-sim', sim);
}

/** Skipped only where the tool is missing and may be; says so. */
function isMissing(tool: string): boolean {
  if (process.env.STATUS_SIM_REQUIRE_ALL === '1') return false;
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    process.stderr.write(`\nSKIPPED: ${tool} is missing, so its examples of any-language.md are not run.\n`);
    return true;
  }
}

const it = base
  .extend('folder', ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'status-sim-any-language-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  })
  /** Types lines into the shell that the page starts. */
  .extend('type', ({ folder, runToEnd }) => (lines: string) => {
    const file = join(folder, 'typed');
    writeFileSync(file, lines);
    return runToEnd([`${command('shell')} <'${file}'`], { command: ['bash', '-c'] });
  })
  /** Runs the program as the page says. */
  .extend('runPython', ({ folder, runToEnd }) => (text: string) => {
    writeFileSync(join(folder, 'test_status.py'), text);
    return runToEnd([`cd '${folder}' && ${command('python')}`], { command: ['bash', '-c'] });
  });

/** Ids and times differ each time. The last group of a messageUID counts the recipients: it stays. */
function withoutIds(output: string): string {
  return output
    .replace(/"sessionId":"[\w-]{21}"/g, '"sessionId":"…"')
    .replace(/(?:[0-9A-Z]{4}-){3}(?=[0-9A-Z]{4}\b)/g, 'XXXX-XXXX-XXXX-')
    .replace(/\b\d{13}\b/g, 'TIME');
}

it('every block of the page is run or compared', () => {
  const kinds = blocks.map(({ language, role }) => [language, role].filter(Boolean).join(' '));
  expect(kinds.filter((kind) => kind !== 'sh' && kind !== 'text')).toEqual([
    'sh shell',
    'python',
    'sh python',
  ]);
  expect(typed.filter(({ output }) => output)).toHaveLength(kinds.filter((kind) => kind === 'text').length);
});

describe.skipIf(isMissing('curl'))('with curl', () => {
  it('each command answers what the page says', async ({ type }) => {
    // The answers have no line end of their own.
    const lines = typed.map(({ command }) => `${command.replaceAll(/^curl.*$/gm, '$&; echo')}echo ---\n`);
    const { code, stdout, stderr } = await type(lines.join(''));
    const outputs = typed.map(({ output }) => `${withoutIds(output)}---\n`);
    expect(withoutIds(stdout), stderr).toBe(outputs.join(''));
    expect(code).toBe(0);
  });

  it('the check of the page fails for a client that got something', async ({ type }) => {
    const publish = typed.find(({ command }) => command.includes('publish.json'))!.command;
    const check = typed.find(({ command }) => command.startsWith('answer='))!.command;
    const connects = ['bob', 'carol'].map((userId) => {
      return `curl -s $STATUS_SIM_URL/sim/clients --json '{"userId":"${userId}"}'\n`;
    });
    const settle = 'curl -s -X POST $STATUS_SIM_URL/sim/settle\n';
    const { code, stdout } = await type([...connects, publish, settle, check].join(''));
    expect(stdout).toContain('{"code":200,"holds":false,"explanation":"\\"carol\\" received 1 message, ');
    expect(code).toBe(1);
  });
});

describe.skipIf(isMissing('python3'))('with Python', () => {
  it('the tests of the page pass', async ({ runPython }) => {
    const { code, stderr } = await runPython(program);
    expect(stderr).toMatch(/Ran 3 tests in .*\n\nOK\n$/);
    expect(code).toBe(0);
  });

  const mistakes = {
    'a message reached who should not get it': [
      '        publish(self.sim.app_key, "alice", ["bob", "carol"], "hello")\n        carol = self.sim.connect("carol")  # too late\n',
      '        carol = self.sim.connect("carol")\n        publish(self.sim.app_key, "alice", ["bob", "carol"], "hello")\n',
    ],
    'a message did not reach who should get it': [
      '"alice", ["bob", "carol"], "hello"',
      '"alice", ["carol"], "hello"',
    ],
    'the clock did not move': ['"ms": 60_000', '"ms": 59_999'],
  } as const;

  it.for(Object.entries(mistakes))('they fail when %s', async ([, [text, instead]], { runPython }) => {
    expect(program).toContain(text);
    const { code, stderr } = await runPython(program.replace(text, instead));
    expect(stderr).toMatch(/\nFAILED \((failures|errors)=1\)\n$/);
    expect(code).toBe(1);
  });
});
