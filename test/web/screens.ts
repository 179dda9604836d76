/**
 * Photographs the states of the page, all or those named, in each size, language and theme, for people to look at:
 * `node --import tsx test/web/screens.ts`, then open `.artifacts/screens/index.html`.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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
const languages = ['en-US', 'zh-CN'];
const themes = ['light', 'dark'] as const;

const only = process.argv.slice(2);
mkdirSync(artifacts, { recursive: true });
const browser = await launchChromium();
for (const [name, { query, arrange }] of Object.entries(states)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const viewport of sizes) {
    for (const locale of languages) {
      const simulator = await startSimulator({ page: demoPage() });
      const context = await browser.newContext({ viewport, locale });
      await context.addInitScript("localStorage.setItem('visited', 'yes')");
      const demo = new Demo(await context.newPage());
      await demo.open(`${simulator.url}/${query}`);
      await arrange(demo, simulator);
      for (const theme of themes) {
        await demo.page.emulateMedia({ colorScheme: theme });
        await demo.page.locator(`html[data-theme=${theme}]`).waitFor();
        await demo.page.screenshot({
          path: join(artifacts, `${name}-${viewport.width}-${theme}-${locale.slice(0, 2)}.png`),
          fullPage: viewport.width < 700,
          animations: 'disabled',
        });
      }
      await context.close();
      await simulator.close();
    }
  }
}
await browser.close();

const pictures = readdirSync(artifacts).filter((name) => name.endsWith('.png'));
const figures = pictures.map(
  (name) => `<figure><figcaption>${name}</figcaption><img src="${name}"></figure>`,
);
const style = 'figure { display: inline-block; margin: 8px; vertical-align: top } img { width: 460px }';
writeFileSync(
  join(artifacts, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>${figures.join('')}`,
);
