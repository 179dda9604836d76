/** Films scene 2 on the real page, for the README: `node --import tsx test/web/picture.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { startSimulator } from '../../server/index.ts';
import { launchChromium } from '../fixtures/chromium.ts';
import { animate, type Shot } from './apng.ts';
import { Demo } from './demo-page.ts';

const file = join(import.meta.dirname, '../../client-sim/web/demo-page.png');

/** A picture is kept for so long, at least. */
const frameMs = 320;
const lastMs = 3000;

const simulator = await startSimulator({ page: demoPage() });
const browser = await launchChromium();
const context = await browser.newContext({
  viewport: { width: 1080, height: 820 },
  colorScheme: 'light',
  locale: 'en-US',
});
await context.addInitScript("localStorage.setItem('visited', 'yes')");
const demo = new Demo(await context.newPage());
const film = await context.newCDPSession(demo.page);
const taken: { png: Buffer; at: number }[] = [];
film.on('Page.screencastFrame', ({ data, metadata: { timestamp = 0 }, sessionId }) => {
  const at = timestamp * 1000;
  if (at - (taken.at(-1)?.at ?? 0) >= frameMs) taken.push({ png: Buffer.from(data, 'base64'), at });
  film.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
});
await demo.open(`${simulator.url}/?scene=2&pace=0.8`);
await demo.page.locator('.names li').nth(2).waitFor();
await film.send('Page.startScreencast', { format: 'png' });
// It begins where it tells most: with what Carol missed. A loop has no other beginning.
await demo.page.locator('.ghost .faded').waitFor();
const middle = taken.length;
await demo.page.locator('#tour[data-state=ended]').waitFor();
await film.send('Page.stopScreencast');
await browser.close();
await simulator.close();

const shots = taken.map(({ png, at }, index): Shot => {
  return { png, ms: Math.min(lastMs, Math.round((taken[index + 1]?.at ?? at + lastMs) - at)) };
});
const first = Math.min(middle + 3, shots.length - 1);
const picture = animate([...shots.slice(first), ...shots.slice(0, first)]);
writeFileSync(file, picture);
process.stdout.write(`${shots.length} frames, ${picture.length} bytes\n`);
