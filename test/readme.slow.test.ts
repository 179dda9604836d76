import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { it, main } from './cli/command.ts';
import { fromBuild } from './fixtures/built-example.ts';
import { runVitest } from './testkit/test-run.ts';

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
const programs = blocks.filter(({ language, role }) => language === 'ts' && !role);
const vitestExamples = blocks.filter(({ language, role }) => language === 'ts' && role === 'test');

it('the README says how to start and how to test in one line each', () => {
  const setUp = commands.filter(({ role }) => role === 'start' || role === 'check');
  expect(setUp.map(({ text }) => text)).toEqual(['npm install && npm start', 'npm install && npm test']);
});

it('the Chinese README has the same snippets', () => {
  const translated = readBlocks(readFileSync(join(root, 'README.zh-CN.md'), 'utf8'));
  expect(translated).toEqual(blocks);
});

it('the tour can be followed to the letter', async ({ run, runToEnd }) => {
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

it('it is added to a project as it says, here from a folder', async ({ runToEnd }) => {
  using clone = scratchFolder();
  using project = scratchFolder();
  cpSync(join(root, 'package.json'), join(clone.path, 'package.json'));
  symlinkSync(inject('build'), join(clone.path, 'dist'));
  project.write('package.json', JSON.stringify({ type: 'module', scripts: { test: 'node test.js' } }));
  project.write('test.js', 'await import("status-sim/testkit"); console.log(process.env.STATUS_SIM_URL);');
  const [add, added] = ['add', 'added'].map((role) => commands.find((block) => block.role === role)!.text);
  const lines = [`cd '${project.path}'`, add!.replace('git+file:///path/to/clone', clone.path), added];
  const { stdout, stderr } = await runToEnd([lines.join('\n')], { command: ['bash', '-ec'] });
  expect(stdout, stderr).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/m);
});

it('a file of settings is written and used as it says, and there are users without one', async ({
  runToEnd,
  run,
}) => {
  using project = scratchFolder();
  const [init, users] = ['init', 'users'].map((role) => {
    const { text } = commands.find((block) => block.role === role)!;
    return `cd '${project.path}' && exec ${text.replace('npx status-sim', `'${process.execPath}' '${main}'`)}`;
  });
  const bash = { command: ['bash', '-ec'] };
  await runToEnd([init!], bash);
  const [config] = blocks.filter(({ language }) => language === 'json');
  expect(readFileSync(join(project.path, 'status-sim.json'), 'utf8').trim()).toBe(config!.text);
  for (const more of ['', ' --no-config']) {
    const server = run([`${users} --port 0 --json${more}`], bash);
    const { url } = await server.stdout.nextJson();
    const presence = await (await fetch(`${url}/sim/presence`)).json();
    expect(presence).toEqual({
      code: 200,
      online: 2,
      users: ['bob', 'carol'].map((userId) => ({ userId, sessions: 1 })),
    });
    const said = 'Settings from status-sim.json, found in this folder (--no-config ignores it).\n';
    expect(server.stderr.text).toBe(more === '' ? said : '');
  }
});

it.for(programs)('a program in it prints what it says', async (program, { runToEnd }) => {
  using folder = scratchFolder();
  const file = folder.write('program.mts', program.text);
  const { stdout, stderr } = await runToEnd([file], { command: [process.execPath, '--import', 'tsx'] });
  expect(withoutIds(stdout), stderr).toBe(withoutIds(program.output ?? ''));
});

it.for(vitestExamples)('a test in it passes', async ({ text }) => {
  using folder = scratchFolder();
  folder.write('example.test.ts', text);
  folder.write('vitest.config.ts', 'export default { test: { include: ["*.test.ts"] } };');
  const results = await runVitest(folder.path);
  expect(results.map(({ status, failures }) => [status, failures])).toEqual([['passed', []]]);
});

/** A folder for examples, which import from this very package. */
function scratchFolder() {
  const path = mkdtempSync(join(tmpdir(), 'status-sim-readme-'));
  return {
    write(name: string, code: string): string {
      const file = join(path, name);
      writeFileSync(file, fromBuild(code));
      return file;
    },
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

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
