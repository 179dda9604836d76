import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { describe, expect } from 'vitest';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { type Demo, it, withoutBrowser } from './demo.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What an accessibility scan finds, each as a sentence. */
async function violations({ page }: Demo): Promise<string[]> {
  await page.evaluate(axe);
  const only = "{ resultTypes: ['violations'] }"; // it looks at all, but spares the proofs of what is right
  const { violations } = (await page.evaluate(`axe.run(${only})`)) as AxeResults;
  return violations.flatMap(({ help, nodes }) => nodes.map(({ target }) => `${help}: ${target}`));
}

/** Everything that the page can show, at once. */
async function showAll(demo: Demo): Promise<void> {
  await demo.page.locator('#add-person').click();
  await demo.page.locator('#include-sender').check();
  await demo.page.locator('#verify-blacklist').check();
  await demo.page.locator('.user-3 .device .switch').uncheck();
  await demo.page.locator('.user-1 .to [data-online=false]').waitFor();
  await demo.page.locator('.person.user-2 [role=group] button').last().click();
  await demo.page.locator('.person.user-4 [data-state=online]').waitFor();
  await demo.page.locator('.person.user-4 form input').fill('x');
  await demo.page.locator('.typing p').first().waitFor();
  await demo.page.locator('.person.user-1 form input').fill('Hello');
  await demo.page.locator('.person.user-1 form input').press('Enter');
  await demo.page.locator('.publish').nth(2).locator('[aria-expanded]').last().click();
  demo.expectComplaints(/A test|500/);
  await demo.page.route('**/sim/faults', (route) =>
    route.fulfill({ status: 500, json: { errorMessage: 'A test.' } }),
  );
  await demo.page.locator('.person.user-1 > [role=group] button').first().click();
  await demo.page.locator('#notice').waitFor();
}

describe.skipIf(withoutBrowser)('the looks of the demo page', () => {
  describe.for(['light', 'dark'] as const)('%s', (colorScheme) => {
    it.for(['en-US', 'zh-CN'])('an accessibility scan finds nothing: %s', async (locale, { visit }) => {
      const demo = await visit({ colorScheme, locale });
      expect(await violations(demo)).toEqual([]);
    });

    it('an accessibility scan finds nothing when all is shown', async ({ visit }) => {
      const demo = await visit({ colorScheme, reducedMotion: 'reduce' });
      await showAll(demo);
      expect(await violations(demo)).toEqual([]);
    });
  });

  it.for(['en-US', 'zh-CN'])('nothing is wider than 360 px: %s', async (locale, { visit }) => {
    const demo = await visit({ locale, viewport: { width: 360, height: 800 } });
    await showAll(demo);
    expect(await demo.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('the other language is one click away, and stays', async ({ demo }) => {
    await demo.page.getByRole('button', { name: '中文' }).click();
    await demo.page.getByText('状态消息只送达此刻在线的人').waitFor();
    await demo.page.reload();
    await demo.page.getByText('状态消息只送达此刻在线的人').waitFor();
    expect(await demo.page.locator('html').getAttribute('lang')).toBe('zh');
  });

  it('what is on the screen already is said again in the other language', async ({ demo }) => {
    await demo.send('Alice', 'Hello');
    await demo.bubble('Bob', 'Hello').waitFor();
    await demo.page.getByRole('button', { name: '中文' }).click();
    await demo.page.getByText('已送达 1 个会话').last().waitFor();
  });

  it('the dark mode is one click away, and stays', async ({ demo }) => {
    await demo.page.getByLabel('Dark mode').check();
    await demo.page.reload();
    expect(await demo.page.getByLabel('Dark mode').isChecked()).toBe(true);
  });

  it('the keyboard reaches everything, in the order of the screen', async ({ demo }) => {
    const stops: unknown[] = [];
    for (let count = 0; count < 20; count++) {
      await demo.page.keyboard.press('Tab');
      stops.push(await demo.page.evaluate(nameOfFocus));
    }
    expect(stops).toEqual([
      'Dark mode',
      '中文',
      'Play the tour',
      ...['Online gets it', 'Offline never does', 'Echo', 'Typing expires', 'Two devices'],
      ...['Alice’s phone online', 'Bob, online', 'Carol, online', 'Messages on Alice’s phone'],
      ...['Message from Alice’s phone', 'Send', 'Pull the plug', 'Second device', 'Bob', 'Carol'],
      'Copy to the senderisIncludeSender',
      'Respect blockingverifyBlacklist',
    ]);
  });

  it('an error is a sentence on the page', async ({ demo }) => {
    demo.expectComplaints(/No such fault|400/);
    const refusal = { status: 400, json: { errorMessage: 'No such fault.' } };
    await demo.page.route('**/sim/faults', (route) => route.fulfill(refusal));
    await demo.person('Bob').getByRole('button', { name: 'Pull the plug' }).click();
    await demo.page.getByRole('alert').getByText('That did not work. No such fault.').waitFor();
  });

  it('the page asks nobody but its own simulator', async ({ visit, simulator }) => {
    const demo = await visit();
    const origins = new Set<string>();
    demo.page.on('request', (request) => origins.add(new URL(request.url()).origin));
    await demo.page.reload();
    await demo.everybodyOnline();
    expect([...origins]).toEqual([simulator.url]);
  });

  it('its policy lets nothing foreign in', async ({ demo }) => {
    demo.expectComplaints(/Content Security Policy/);
    const refused = await demo.page.evaluate(`new Promise((resolve) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
      const style = document.createElement('link');
      Object.assign(style, { rel: 'stylesheet', href: 'https://example.com/x.css' });
      document.head.append(style);
    })`);
    expect(refused).toBe('style-src-elem');
  });

  it('its policy lets no text become code', async ({ demo }) => {
    demo.expectComplaints(/TrustedHTML/);
    const attempt = demo.page.evaluate("document.body.innerHTML = '<b>x</b>'");
    await expect(attempt).rejects.toThrow('TrustedHTML');
  });
});

it('the page weighs less than 60 KB', () => {
  const bytes = Object.values(demoPage()).map(({ text }) => Buffer.byteLength(text));
  expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(60 * 1024);
});

/** What has the focus, as a screen reader tells it. */
const nameOfFocus = `(() => {
  const { activeElement: node } = document;
  return node.ariaLabel ?? node.labels?.[0]?.textContent.trim() ?? node.textContent;
})()`;
