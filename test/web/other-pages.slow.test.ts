import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect } from 'vitest';
import type { SimulatorOptions } from '../../server/index.ts';
import { launchChromium, withoutBrowser } from '../fixtures/chromium.ts';
import { it as base } from '../fixtures/simulator.ts';

const it = base
  .extend('options', {} as SimulatorOptions)
  /** Of a server with a page of somebody else's. */
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads in it that no other fixture is needed
  .extend('port', async ({}, { onCleanup }) => {
    const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(html));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onCleanup(() => void server.close());
    return (server.address() as AddressInfo).port;
  })
  /** Every event of the simulator, in short. */
  .extend('events', ({ simulator }) => {
    const events: string[] = [];
    simulator.on('session', ({ userId, state }) => events.push(`${userId} ${state}`));
    simulator.on('publish', ({ fromUserId }) => events.push(`publish from ${fromUserId}`));
    simulator.on('refused', ({ path, code }) => path !== '/favicon.ico' && events.push(`${path} ${code}`));
    return events;
  })
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads in it that no other fixture is needed
  .extend('page', async ({}, { onCleanup }) => {
    const browser = await launchChromium();
    onCleanup(() => browser.close());
    return browser.newPage();
  });

/** What a page's script calls the simulator with. */
const script = `
  async function call(url, path, options) {
    try {
      const response = await fetch(url + path, options);
      return [response.status, await response.json()];
    } catch (error) {
      return error.name;
    }
  }
  function firstEvent(url) {
    const source = new EventSource(url);
    return new Promise((resolve) => {
      source.addEventListener('session', ({ data }) => resolve(JSON.parse(data).userId));
      source.onerror = () => { source.close(); resolve('error'); };
      source.onopen = () => globalThis.opened?.();
    });
  }
  function submit(action, fields) {
    const form = Object.assign(document.createElement('form'), { action, method: 'post' });
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.body.append(form);
    form.submit();
  }
`;
const html = `<!doctype html><title>Another page</title><body><script>${script}</script>`;

const publish = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'hi' };
const options = (value: object) => JSON.stringify(value);

describe.skipIf(withoutBrowser)('a page that another server serves', { timeout: 90_000 }, () => {
  it('B14.1 B14.2 on this machine calls with an App-Key, follows the trace, and steers', async ({
    page,
    port,
    simulator,
  }) => {
    // By name, while the simulator goes by its address: another site, even.
    await page.goto(`http://localhost:${port}/`);
    const url = JSON.stringify(simulator.url);
    const headers = { 'App-Key': 'mine', 'Content-Type': 'application/json' };

    const traced = page.evaluate(
      `new Promise((resolve) => { globalThis.opened = resolve; globalThis.event = firstEvent(${url} + '/sim/trace?appKey=mine'); })`,
    );
    await traced;
    const client = options({ method: 'POST', headers, body: JSON.stringify({ userId: 'bob' }) });
    expect(await page.evaluate(`call(${url}, '/sim/clients', ${client})`)).toMatchObject([
      200,
      { userId: 'bob' },
    ]);
    expect(await page.evaluate('globalThis.event')).toBe('bob');

    const fault = options({
      method: 'PUT',
      headers,
      body: JSON.stringify({ fault: 'freeze', userId: 'bob' }),
    });
    expect(await page.evaluate(`call(${url}, '/sim/faults', ${fault})`)).toMatchObject([200, {}]);
    const gone = options({ method: 'DELETE', headers: { 'App-Key': 'mine' } });
    expect(await page.evaluate(`call(${url}, '/sim/faults', ${gone})`)).toMatchObject([200, { removed: 1 }]);

    const form = options({ method: 'POST', headers: { 'App-Key': 'mine' } });
    const published = `call(${url}, '/statusmessage/private/publish.json', { ...${form}, body: new URLSearchParams(${options(publish)}) })`;
    expect(await page.evaluate(published)).toMatchObject([200, { code: 200 }]);
    expect(await page.evaluate(`call(${url}, '/no-such-path', ${form})`)).toMatchObject([404, { code: 404 }]);
  });

  it('B14.1 B14.3 elsewhere reads nothing, and changes nothing', async ({
    page,
    port,
    simulator,
    events,
  }) => {
    await page.goto(`http://evil.test:${port}/`);
    const url = JSON.stringify(simulator.url);
    const path = '/statusmessage/private/publish.json';
    const answers = [
      `call(${url}, '/sim/presence?appKey=theirs')`,
      `call(${url}, '/sim/clients', ${options({ method: 'POST', headers: { 'App-Key': 'theirs' }, body: '{}' })})`,
      `call(${url}, '${path}', { method: 'POST', mode: 'no-cors', body: new URLSearchParams(${options(publish)}) })`,
      `firstEvent(${url} + '/sim/trace?appKey=theirs')`,
      `new Promise((resolve) => { const image = new Image(); image.onerror = () => resolve('no image'); image.src = ${url} + '/sim/presence?appKey=theirs'; })`,
    ];
    const seen = [];
    for (const answer of answers) seen.push(await page.evaluate(answer));
    expect(seen).toEqual(['TypeError', 'TypeError', 'SyntaxError', 'error', 'no image']);
    // A form is sent without asking, and then shows the answer.
    const shown = page.waitForURL(simulator.url + path);
    await page.evaluate(`submit(${url} + '${path}', ${options(publish)})`);
    await shown;
    expect(await page.textContent('body')).toContain('"code":1007');
    // Each of them came as far as the server, which refused it before anything was done.
    expect(events).toEqual([
      '/sim/presence 1007',
      '/sim/clients 1007',
      `${path} 1007`,
      '/sim/trace 1007',
      '/sim/presence 1007',
      `${path} 1007`,
    ]);
    expect(await (await fetch(`${simulator.url}/sim/apps`)).json()).toEqual({ code: 200, apps: [] });
  });
});
