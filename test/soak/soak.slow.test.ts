import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { slopePerMinute } from './reading.ts';

const minute = 60_000;

it('a straight line has its slope', () => {
  const points = [3, 1, 2, 0].map((minutes) => ({ atMs: minutes * minute, value: 5 + 7 * minutes }));
  expect(slopePerMinute(points)).toBeCloseTo(7);
});

it('what goes up and down has none', () => {
  const points = [0, 1, 2, 3, 4].map((minutes) => ({ atMs: minutes * minute, value: minutes % 2 }));
  expect(slopePerMinute(points)).toBeCloseTo(0);
});

it('one reading has none', () => {
  expect(slopePerMinute([{ atMs: 0, value: 5 }])).toBe(0);
});

it('a short soak of few finds nothing wrong', async () => {
  const options = ['--minutes', '0.05', '--clients', '50', '--publish', '20', '--json'];
  const args = ['--import', 'tsx', join(import.meta.dirname, 'main.ts'), ...options];
  const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>(
    (resolve) => {
      execFile(process.execPath, args, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    },
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { swarm, faults } = JSON.parse(stdout);
  expect(faults).toEqual([]);
  expect(swarm.delivered).toBeGreaterThan(100);
});
