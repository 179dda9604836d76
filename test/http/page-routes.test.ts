import { describe, expect } from 'vitest';
import { app, it as base } from '../fixtures/simulator.ts';

const page = {
  '/': { type: 'text/html; charset=utf-8', text: '<h1>Hello</h1>' },
  '/app.js': { type: 'text/javascript; charset=utf-8', text: 'hello();' },
};

const it = base.extend('get', ({ simulator }) => async (path: string) => {
  const response = await fetch(simulator.url + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
});

describe('with a page', () => {
  it.override('options', { page });

  it('each of its files is served at its path', async ({ get }) => {
    await expect(get('/app.js')).resolves.toMatchObject({ status: 200, text: 'hello();' });
  });

  it('each has its media type, which is not to be guessed', async ({ get }) => {
    const { headers } = await get('/app.js');
    expect(headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  it('its policy allows its own origin only, and nothing inline', async ({ get }) => {
    const { headers } = await get('/');
    expect(headers.get('Content-Security-Policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });

  it('B3.12 other paths are unknown, up the folders too', async ({ get }) => {
    await expect(get('/..%2fpackage.json')).resolves.toMatchObject({ status: 404 });
  });
});

describe('with a page and apps', () => {
  it.override('options', {
    apps: [app],
    page: { ...page, '/': { type: 'text/html; charset=utf-8', text: '<!doctype html><html lang="en">' } },
  });

  it('B4.4 the first file says that it needs the admin token', async ({ get }) => {
    await expect(get('/')).resolves.toMatchObject({
      status: 200,
      text: '<!doctype html><html data-closed lang="en">',
    });
  });

  it('its other files are as they are', async ({ get }) => {
    await expect(get('/app.js')).resolves.toMatchObject({ status: 200, text: 'hello();' });
  });
});

it('B3.12 without a page there is nothing at /', async ({ get }) => {
  await expect(get('/')).resolves.toMatchObject({ status: 404 });
});
