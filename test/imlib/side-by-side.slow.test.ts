import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe } from 'vitest';
import { it as base, withoutBrowser } from '../web/demo.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'server/gateway/imlib/README.md'), 'utf8');
const [, program] = /```js\n(.*?)```/s.exec(readme)!;

/** Runs the program of the document for this simulator; resolves with the address that it prints. */
const it = base.extend('bobUrl', async ({ simulator }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), 'status-sim-'));
  const file = join(folder, 'bob.mjs');
  writeFileSync(file, program!);
  const env = { ...process.env, STATUS_SIM_URL: simulator.url, PORT: '0' };
  const child = spawn(process.execPath, [file], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  onCleanup(async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
    rmSync(folder, { recursive: true });
  });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return url;
});

describe.skipIf(withoutBrowser)("the document's page beside the simulator's", () => {
  it('a person sees what Alice writes on both, and that Bob types', async ({ demo, bobUrl }) => {
    const bob = await demo.page.context().newPage();
    await bob.goto(bobUrl);
    await bob.getByText('connected: 0').waitFor();
    await demo.send('Alice', 'Hello');
    await bob.getByText('alice: Hello').waitFor();
    await demo.bubble('Bob', 'Hello').waitFor();
    await bob.keyboard.press('a');
    await demo.typing('Alice').waitFor();
  });
});
