import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const script = join(import.meta.dirname, 'fixtures/files-of-a-publish.ts');

function filesOfAPublish(writer: 'fast' | 'plain'): string[] {
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', script, writer], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

it('one publish passes through at most 28 files of the server, and by the plain writer through 24', () => {
  const [fast, plain] = [filesOfAPublish('fast'), filesOfAPublish('plain')];
  expect(fast).toContain('server/gateway/fast-frames/fast-writer.ts');
  expect(plain.filter((file) => file.includes('fast'))).toEqual([]);
  expect(fast.length, fast.join(' ')).toBeLessThanOrEqual(28);
  expect(plain.length, plain.join(' ')).toBeLessThanOrEqual(24);
});
