import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { entryOfBuild } from '../fixtures/built-example.ts';
import { forgetAwaits, runners } from './forgotten-awaits.ts';

const folder = mkdtempSync(join(tmpdir(), 'status-sim-forgotten-'));
writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { include: ["*.test.mjs"] } };');
afterAll(() => rmSync(folder, { recursive: true }));

it.for(['vitest', 'node:test'] as const)(
  'each assertion that is not awaited fails its own test of %s, at its line, and no other',
  { timeout: 60_000 },
  async (runner) => {
    const { expected, actual } = await forgetAwaits(runners[runner], folder, entryOfBuild);
    expect(actual).toEqual(expected);
  },
);
