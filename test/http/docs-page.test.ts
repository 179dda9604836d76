import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { closeCodes } from '../../server/protocol/close-codes.ts';
import { errorCodes } from '../../server/protocol/error-codes.ts';
import { it as base } from '../fixtures/simulator.ts';
import { calls } from './documented.ts';

const protocol = readFileSync(join(import.meta.dirname, '../../server/protocol/README.md'), 'utf8');
const rules = [...new Set(protocol.match(/\bB\d+\.\d+\b/g)!)];

const it = base.extend('page', async ({ simulator }) => {
  const response = await fetch(`${simulator.url}/docs`);
  return { headers: response.headers, html: await response.text() };
});

it('B6.12 the page shows every call', ({ page }) => {
  const missing = calls.filter(({ name }) => !page.html.includes(`<code>${name}</code>`));
  expect(missing).toEqual([]);
});

it('B6.12 the page needs no other host', ({ page }) => {
  const loads = page.html.match(/<(img|iframe|object)\b|\bsrc=|@import|url\(/g);
  const links = [...page.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
  const elsewhere = links.filter((href) => !href!.startsWith('#'));
  expect([loads, elsewhere]).toEqual([null, ['data:,', '/docs/json', '/docs/asyncapi.json']]);
});

it('B6.12 its contents lead to every call, RongCloud first', ({ page }) => {
  const links = [...page.html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
  const sections = [...page.html.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);
  expect(links).toEqual(sections);
  expect(links).toHaveLength(calls.length + 2 + new Set(rules.map((rule) => rule.split('.')[0])).size);
  expect(links[0]).toBe('POSTStatusmessagePrivatePublishJson');
});

it('B6.12 every rule can be linked to', ({ page }) => {
  expect(rules.filter((rule) => !page.html.includes(`<tr id="${rule}">`))).toEqual([]);
  expect(page.html).toContain('<tr id="B1.3"><td>B1.3</td><td>Every open session of a recipient gets');
});

it('A5 B5.4 it says what each code means', ({ page }) => {
  for (const { code } of Object.values(errorCodes)) expect(page.html).toContain(`<td>${code}</td>`);
  for (const code of Object.values(closeCodes)) expect(page.html).toContain(`<td>${code}</td>`);
});

it('B6.12 its policy forbids all but its own style and script', ({ page }) => {
  expect(page.headers.get('Content-Security-Policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/]+=*'; script-src 'sha256-[\w+/]+=*'; connect-src 'self';/,
  );
  expect(page.headers.get('Content-Type')).toBe('text/html;charset=UTF-8');
});

it('B6.12 it shows an example that can be copied', ({ page }) => {
  expect(page.html).toContain('--data-urlencode &#39;toUserId=bob&#39;');
});
