import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../fixtures/chromium.ts';
import { WebClient, type WebEvents, type WebHost } from './web-client.ts';

const require = createRequire(import.meta.url);
const client = (name: string) => join(import.meta.dirname, 'client', name);
/** Beside the module for `require`. */
const esModule = (path: string) => join(dirname(path), 'index.mjs');

const files: Record<string, { type: string; path: string }> = {
  '/': { type: 'text/html', path: client('index.html') },
  '/web-app.js': { type: 'text/javascript', path: client('web-app.js') },
  '/imlib-next.mjs': { type: 'text/javascript', path: esModule(require.resolve('@rongcloud/imlib-next')) },
  '/engine.mjs': { type: 'text/javascript', path: esModule(require.resolve('@rongcloud/engine')) },
};

/** The web app in a browser profile of its own. */
class BrowserClient extends WebClient {
  readonly #context: BrowserContext;
  readonly #page: Page;

  static async start(browser: Browser, url: string): Promise<BrowserClient> {
    const context = await browser.newContext();
    const client = new BrowserClient(context, await context.newPage());
    await client.#load(url);
    return client;
  }

  private constructor(context: BrowserContext, page: Page) {
    super(endOf(page));
    this.#context = context;
    this.#page = page;
  }

  async #load(url: string): Promise<void> {
    await this.#page.exposeFunction('tell', (event: keyof WebEvents, data: unknown) =>
      this.tell(event, data),
    );
    this.#page.on('requestfailed', (request) => {
      if (request.failure()?.errorText === 'net::ERR_NAME_NOT_RESOLVED')
        this.tell('BLOCKED', new URL(request.url()).hostname);
    });
    await this.#page.goto(url);
    await this.next('LOADED');
  }

  call(method: string, ...args: unknown[]): Promise<unknown> {
    return this.#page.evaluate(callApp, { method, args });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** A browser, and the server of the web app: not the simulator, as in real life. */
export async function browserHost(): Promise<WebHost> {
  const server = createServer(serveFile).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await launchChromium();
  return {
    start: () => BrowserClient.start(browser, url),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

function serveFile({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const file = files[url];
  if (file === undefined) response.writeHead(404).end();
  else response.setHeader('Content-Type', file.type).end(readFileSync(file.path));
}

/** Runs in the page. */
function callApp({ method, args }: { method: string; args: unknown[] }): unknown {
  const { app } = globalThis as unknown as { app: Record<string, (...args: unknown[]) => unknown> };
  return app[method]!(...args);
}

function endOf(page: Page): Promise<never> {
  return new Promise((_, reject) => {
    page.on('pageerror', reject);
    page.on('crash', () => reject(new Error('The page has crashed.')));
  });
}
