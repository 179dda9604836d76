import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { it } from './command.ts';

const folder = join(import.meta.dirname, '../../client-sim/web');

it('every file of the page is served', () => {
  const files = readdirSync(folder).filter((name) => /\.(js|css|html|svg)$/.test(name));
  const paths = files.map((name) => (name === 'index.html' ? '/' : `/${name}`));
  expect(Object.keys(demoPage())).toEqual(expect.arrayContaining(paths));
});

it('serve shows the page at /', async ({ serve }) => {
  const { url } = await serve();
  const response = await fetch(url);
  await expect(response.text()).resolves.toContain('<title>status-sim</title>');
});

it('the banner says where the page is', async ({ run }) => {
  const command = run(['serve', '--port', '0']);
  let line = '';
  while (!line.includes('demo page')) line = await command.stderr.next();
  expect(line).toMatch(/^ {2}demo page {3}http:\/\/127\.0\.0\.1:\d+\/$/);
});
