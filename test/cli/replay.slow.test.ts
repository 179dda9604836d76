import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it as base } from './command.ts';

const it = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('file', async ({}, { onCleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), 'status-sim-replay-'));
    onCleanup(() => rmSync(folder, { recursive: true }));
    return join(folder, 'run.ndjson');
  })
  /** Saves the trace of two outcomes. */
  .extend('saved', ({ run, simulator, connect, file }) => async () => {
    const command = run(['trace', '--url', simulator.url, '--save', file]);
    await command.stderr.next();
    const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };
    simulator.publish(message);
    await connect('bob');
    simulator.publish(message);
    for (let line = 1; line <= 3; line++) await command.stdout.next();
    command.kill();
    await command.ended;
    return file;
  });

it('what trace --save has recorded comes again', async ({ saved, runToEnd }) => {
  const { code, stdout, stderr } = await runToEnd(['replay', await saved(), '--speed', 'max']);
  expect(stdout, stderr).toBe('3 events repeated, each with the recorded outcome.\n');
  expect(code).toBe(0);
});

it('the first outcome that differs is told, and ends it with 1', async ({ saved, runToEnd }) => {
  const file = await saved();
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [lines[1], lines[0], lines[2]].join('\n'));
  const { code, stdout, stderr } = await runToEnd(['replay', file, '--speed', 'max']);
  expect(stderr).toBe(
    'error: Event 2 has a different outcome: app:mood from "alice". Recorded: "bob" does not get it: offline at this ' +
      'moment, and nothing is kept for later (B1.2). Now: "bob" gets it: online with 1 session (B1.3).\n',
  );
  expect([code, stdout]).toEqual([1, '']);
});

it('a line that is no event is named', async ({ file, runToEnd }) => {
  writeFileSync(file, '{"event":"publish"}\nhello\n');
  const { code, stderr } = await runToEnd(['replay', file]);
  expect(stderr).toBe('error: Line 2 of the file is no event of a trace.\n');
  expect(code).toBe(1);
});

it('a speed that is none is refused', async ({ runToEnd }) => {
  const { code } = await runToEnd(['replay', 'run.ndjson', '--speed', 'fast']);
  expect(code).toBe(2);
});
