import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runNodeTest } from './test-run.ts';

it('a fake `nextTick`, which vitest allows only in threads, does no harm', { timeout: 60_000 }, async () => {
  const [result] = await runNodeTest(join(import.meta.dirname, 'fake-next-tick.ts'));
  expect(result).toMatchObject({ status: 'passed', failures: [] });
});
