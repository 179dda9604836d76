import type { BrowserContextOptions, Page } from 'playwright-core';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import type { SimulatorOptions } from '../../server/index.ts';
import { launchChromium, withoutBrowser } from '../fixtures/chromium.ts';
import { it as base } from '../fixtures/simulator.ts';
import { Demo } from './demo-page.ts';

export { Demo, withoutBrowser };

interface Visit extends BrowserContextOptions {
  /** What stands behind the address. */
  query?: string;
  /** Whether it was never seen before in this profile: then it plays by itself. */
  first?: boolean;
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
  .extend(
    'openTab',
    { scope: 'file' },
    ({ browser }) =>
      async (options: BrowserContextOptions = {}, first = false) => {
        const context = await browser.newContext({ locale: 'en-US', viewport: desktop, ...options });
        if (!first)
          await context.addInitScript("if (origin !== 'null') localStorage.setItem('visited', 'yes')");
        return context.newPage();
      },
  )
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
    return async ({ query = '', first = false, ...options }: Visit = {}) => {
      const isSpecial = first || Object.keys(options).length > 0;
      const page = (isSpecial ? undefined : idle.pop()) ?? (await openTab(options, first));
      if (isSpecial) special.push(page);
      const demo = new Demo(page);
      demos.push(demo);
      await demo.open(`${simulator.url}/${query}`);
      return demo;
    };
  })
  .extend('demo', ({ visit }) => visit())
  /** With the app's clock stopped before it has seen any time: what passes by itself stays, and +6 s are six. */
  .extend('still', ({ visit, simulator }) => {
    simulator.app().clock.freeze();
    return visit();
  });

/** Ends the page in a tab, and with it all that a test has done to it. */
async function leave(tab: Page): Promise<void> {
  await tab.evaluate('localStorage.clear()');
  await tab.unrouteAll();
  await tab.goto('about:blank');
  for (const event of ['pageerror', 'console', 'request']) tab.removeAllListeners(event);
}

const desktop = { width: 1440, height: 900 };
