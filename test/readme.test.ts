import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { it } from './cli/command.ts';

const root = join(import.meta.dirname, '..');

interface Block {
  language: string;
  /** What to do with it: nothing special, or a word behind the language. */
  role: string | undefined;
  text: string;
  /** What the reader is told to see: the text block that follows. */
  output: string | undefined;
}

const blocks = readBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
const commands = blocks.filter(({ language }) => language === 'sh');
const programs = blocks.filter(({ language }) => language === 'ts');

it('the README says how to start and how to test in one line each', () => {
  const setUp = commands.filter(({ role }) => role === 'start' || role === 'check');
  expect(setUp.map(({ text }) => text)).toEqual(['npm install && npm start', 'npm install && npm test']);
});

it('the tour can be followed to the letter', { timeout: 60_000 }, async ({ run, runToEnd }) => {
  const server = run(['npm --silent start -- --port 0 --json'], { command: ['bash', '-c'] });
  const { url } = await server.stdout.nextJson();
  const options = { command: ['bash', '-c'], env: { STATUS_SIM_URL: url } };
  let bob: ReturnType<typeof run> | undefined;

  for (const { text, role, output } of commands.filter(
    (block) => !block.role || block.role === 'background',
  )) {
    const command = text.replaceAll('http://127.0.0.1:4747', url);
    if (role === 'background') {
      bob = run([command], options);
      await bob.stderr.next(); // says that Bob is online
    } else {
      const { stdout } = await runToEnd([command], options);
      expect(withoutIds(stdout)).toBe(withoutIds(output ?? ''));
    }
  }
  expect(await bob?.stdout.next()).toContain('bob  from alice  RC:TxtMsg  {"content":"hello"}');
});

it.for(programs)(
  'a program in it prints what it says',
  { timeout: 60_000 },
  async (program, { runToEnd }) => {
    const folder = mkdtempSync(join(tmpdir(), 'status-sim-readme-'));
    try {
      const entry = pathToFileURL(join(root, 'client-sim/status-sim.ts')).href;
      const file = join(folder, 'program.mts');
      writeFileSync(file, program.text.replace("'status-sim'", `'${entry}'`));
      const { stdout, stderr } = await runToEnd([file], { command: [process.execPath, '--import', 'tsx'] });
      expect(withoutIds(stdout), stderr).toBe(withoutIds(program.output ?? ''));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

function readBlocks(markdown: string): Block[] {
  const fences = [...markdown.matchAll(/^```(\w+)(?: (\w+))?\n(.*?)^```$/gms)];
  const read = fences.map(([, language, role, text]) => ({ language: language!, role, text: text!.trim() }));
  return read.map((block, index) => {
    const next = read[index + 1];
    return { ...block, output: next?.language === 'text' ? next.text : undefined };
  });
}

/** The last group counts the recipients: it stays. */
function withoutIds(output: string): string {
  return output.trim().replace(/(?:[0-9A-Z]{4}-){3}(?=[0-9A-Z]{4}\b)/g, 'XXXX-XXXX-XXXX-');
}
