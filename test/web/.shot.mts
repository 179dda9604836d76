import { chromium } from '/work/main/node_modules/playwright-core/index.mjs';
import { startSimulator } from '/work/main/server/index.ts';
import { readDemoPage } from '/work/main/client-sim/cli/demo-page.ts';
const sim = await startSimulator({ page: readDemoPage() });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const [what='play', theme='light', width='1360', lang='en-US', height='900'] = process.argv.slice(2);
const ctx = await browser.newContext({ locale: lang, colorScheme: theme as any, viewport: { width: Number(width), height: Number(height) } });
const page = await ctx.newPage();
page.on('console', (m) => console.log('console', m.type(), m.text()));
page.on('pageerror', (e) => console.log('pageerror', e));
page.on('response', (r) => { if (!r.ok()) console.log(r.status(), r.url()); });
await page.goto(sim.url + '/?pace=4&typing=1/-/1.5');
const out = (n: string) => `/tmp/shots/${n}-${theme}-${width}-${lang}.png`;
await page.waitForSelector('.device[data-state=online]');
if (what === 'start') await page.screenshot({ path: out('start'), fullPage: true });
else {
  const n = Number(what);
  await page.locator('#scenes button').nth(n - 1).click();
  await page.waitForSelector('#tour[data-state=ended]');
  await page.screenshot({ path: out('scene' + n), fullPage: true });
}
await browser.close(); await sim.close();
