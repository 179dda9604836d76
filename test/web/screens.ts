/** Photographs the states of the page, all or those named, for people to look at: `node --import tsx test/web/screens.ts`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { startSimulator } from '../../server/index.ts';
import { launchChromium } from '../fixtures/chromium.ts';
import { artifacts, Demo } from './demo-page.ts';
import { states } from './states.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const looks = [
  { colorScheme: 'light', locale: 'en-US' },
  { colorScheme: 'dark', locale: 'zh-CN' },
] as const;

const only = process.argv.slice(2);
mkdirSync(artifacts, { recursive: true });
const browser = await launchChromium();
for (const [name, { query, arrange }] of Object.entries(states)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const viewport of sizes) {
    for (const look of looks) {
      const simulator = await startSimulator({ page: demoPage() });
      const context = await browser.newContext({ viewport, ...look });
      await context.addInitScript("localStorage.setItem('visited', 'yes')");
      const demo = new Demo(await context.newPage());
      await demo.open(`${simulator.url}/${query}`);
      await arrange(demo, simulator);
      const file = `${name}-${viewport.width}-${look.colorScheme}-${look.locale.slice(0, 2)}.png`;
      await demo.page.screenshot({
        path: join(artifacts, file),
        fullPage: viewport.width < 700,
        animations: 'disabled',
      });
      await context.close();
      await simulator.close();
    }
  }
}
await browser.close();
