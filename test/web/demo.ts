import { join } from 'node:path';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import type { SimulatorOptions } from '../../server/index.ts';
import { launchChromium, withoutBrowser } from '../fixtures/chromium.ts';
import { it as base } from '../fixtures/simulator.ts';

/** Where a person finds the screenshots. */
export const artifacts = join(import.meta.dirname, '../../.artifacts/demo');

export { withoutBrowser };

type Device = 'phone' | 'desktop';

/** The demo page in a browser, by the names that a screen reader tells. */
export class Demo {
  readonly page: Page;
  readonly #complaints: string[] = [];
  #expected = /^$/;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('pageerror', ({ message }) => this.#complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#complaints.push(message.text());
    });
  }

  /** What the browser had to complain about, but for what the test expects. */
  get complaints(): string[] {
    return this.#complaints.filter((text) => !this.#expected.test(text));
  }

  expectComplaints(pattern: RegExp): void {
    this.#expected = pattern;
  }

  /** Opens the page, and waits until everybody on it knows that everybody is online. */
  async open(url: string, frozen = false): Promise<void> {
    if (frozen) await this.page.clock.install();
    await this.page.goto(url);
    await this.everybodyOnline();
    if (frozen) await this.page.clock.pauseAt(Date.now() + 500);
  }

  async everybodyOnline(): Promise<void> {
    await this.page.locator('.to [data-online=true]').nth(5).waitFor();
  }

  device(name: string, device: Device = 'phone'): Locator {
    return this.page.getByRole('region', { name: `${name}’s ${device}` });
  }

  person(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  field(name: string, device?: Device): Locator {
    return this.device(name, device).getByRole('textbox');
  }

  async send(name: string, text: string, device?: Device): Promise<void> {
    await this.field(name, device).fill(text);
    await this.field(name, device).press('Enter');
  }

  /** A message on a screen. */
  bubble(name: string, text: string, device?: Device): Locator {
    return this.device(name, device).getByText(text, { exact: true });
  }

  /** All messages on a screen. */
  bubbles(name: string, device?: Device): Promise<string[]> {
    return this.device(name, device).locator('.bubble > span').allTextContents();
  }

  /** Resolves once the user's phone knows this of another: `Bob, offline`. */
  async knows(name: string, presence: string): Promise<void> {
    await this.device(name).getByRole('button', { name: presence }).waitFor();
  }

  async switchOnline(name: string, online: boolean, device: Device = 'phone'): Promise<void> {
    await this.page.getByLabel(`${name}’s ${device} online`).setChecked(online);
  }

  /** Has somebody block another, and waits until the simulator knows. */
  async block(name: string, other: string): Promise<void> {
    const answered = this.page.waitForResponse('**/user/blacklist/add.json');
    const chips = this.page.getByRole('group', { name: `Whom ${name} blocks` });
    await chips.getByRole('button', { name: other }).click();
    await answered;
  }

  async pullPlug(name: string): Promise<void> {
    await this.person(name).getByRole('button', { name: 'Pull the plug' }).click();
    await this.device(name).getByText('dead line').waitFor();
  }

  typing(name: string): Locator {
    return this.device(name).getByRole('status').getByText('is typing');
  }

  /** What the trace says of the latest message to or of a user. */
  outcome(name: string): Locator {
    return this.trace.locator('.publish').last().getByRole('button', { name });
  }

  get trace(): Locator {
    return this.page.getByRole('log', { name: 'Delivery trace' });
  }

  async appKey(): Promise<string> {
    const line = await this.page.locator('#call-line').textContent();
    return /App-Key: ([\w-]+)/.exec(line ?? '')![1]!;
  }
}

interface Visit extends BrowserContextOptions {
  /** What stands behind the address. */
  query?: string;
  /** Has the page's time stand still once everybody is online: `demo.page.clock` moves it. */
  frozen?: boolean;
}

/** A test with the demo page. It fails when the browser had something to complain about. */
export const it = base
  .extend('options', { page: demoPage() } as SimulatorOptions)
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads in it that no other fixture is needed
  .extend('browser', { scope: 'file' }, async ({}, { onCleanup }) => {
    const browser = await launchChromium();
    onCleanup(() => browser.close());
    return browser;
  })
  /** Opens a tab in a browser profile of its own. */
  .extend('openTab', { scope: 'file' }, ({ browser }) => async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ locale: 'en-US', viewport: desktop, ...options });
    return context.newPage();
  })
  /** Tabs that are free for the next test: to open one takes longer than most tests. */
  // biome-ignore lint/correctness/noEmptyPattern: as above
  .extend('idle', { scope: 'file' }, async ({}): Promise<Page[]> => [])
  /**
   * Opens the page, and waits until everybody on it is online: in a profile of its own if anything about it is special.
   * Else one is enough for all tests, for each has an origin of its own.
   */
  .extend('visit', ({ openTab, idle, simulator }, { onCleanup }) => {
    const demos: Demo[] = [];
    const special: Page[] = [];
    onCleanup(async () => {
      for (const { page } of demos) await (special.includes(page) ? page.context().close() : leave(page));
      idle.push(...demos.map(({ page }) => page).filter((page) => !special.includes(page)));
      const complaints = demos.flatMap((demo) => demo.complaints);
      if (complaints.length > 0) throw new Error(`The browser complained: ${complaints.join('\n')}`);
    });
    return async ({ query = '', frozen = false, ...options }: Visit = {}) => {
      const isSpecial = frozen || Object.keys(options).length > 0;
      const page = (isSpecial ? undefined : idle.pop()) ?? (await openTab(options));
      if (isSpecial) special.push(page);
      const demo = new Demo(page);
      demos.push(demo);
      await demo.open(`${simulator.url}/${query}`, frozen);
      return demo;
    };
  })
  .extend('demo', ({ visit }) => visit());

/** Ends the page in a tab, and with it all that a test has done to it. */
async function leave(tab: Page): Promise<void> {
  await tab.evaluate('localStorage.clear()');
  await tab.unrouteAll();
  await tab.goto('about:blank');
  for (const event of ['pageerror', 'console', 'request']) tab.removeAllListeners(event);
}

const desktop = { width: 1360, height: 1000 };
