import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const picture = readFileSync(join(import.meta.dirname, '../../client-sim/web/demo-page.png'));

it('the README’s picture moves, and has at most 300 KB', () => {
  const frames = picture.readUInt32BE(picture.indexOf('acTL') + 4);
  expect(frames).toBeGreaterThan(20);
  expect(picture.length).toBeLessThanOrEqual(300 * 1024);
});
