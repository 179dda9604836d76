import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { artifacts, type Demo, it, withoutBrowser } from './demo.ts';

/** Faster than for people: the tour hurries, and typing expires after a second. */
const query = '?pace=20&typing=1/-/1';

const scenes = ['Online gets it', 'Offline never does', 'Echo', 'Typing expires', 'Two devices'];

const looks = [
  { look: 'light', locale: 'en-US', colorScheme: 'light', viewport: { width: 1360, height: 1000 } },
  { look: 'dark', locale: 'en-US', colorScheme: 'dark', viewport: { width: 1360, height: 1000 } },
  { look: 'small', locale: 'zh-CN', colorScheme: 'light', viewport: { width: 360, height: 800 } },
] as const;

async function playScene(demo: Demo, number: number) {
  await demo.page
    .locator('#scenes button')
    .nth(number - 1)
    .click();
  await demo.page.locator('#tour[data-state=ended]').waitFor();
}

describe.skipIf(withoutBrowser)('the guided tour', () => {
  it('plays all five scenes by itself, to its end', async ({ visit }) => {
    const demo = await visit({ query });
    await demo.page.getByRole('button', { name: 'Play the tour' }).click();
    await demo.page.getByText('That is all there is to it.').waitFor();
    const played = await demo.trace.locator('.scene').allTextContents();
    expect(played).toEqual(scenes.map((title, index) => `Scene ${index + 1}: ${title}`));
  });

  it('leaves Carol with nothing in the scene of the offline phone', async ({ visit }) => {
    const demo = await visit({ query });
    await playScene(demo, 2);
    expect(await demo.bubbles('Carol')).toEqual([]);
  });

  it('shows an echo in its scene', async ({ visit }) => {
    const demo = await visit({ query });
    await playScene(demo, 3);
    expect(await demo.device('Alice', 'desktop').locator('.bubble small').textContent()).toBe('echo');
  });

  it('leaves the line dead and nobody typing in the scene of the lost stop', async ({ visit }) => {
    const demo = await visit({ query });
    await playScene(demo, 4);
    await demo.device('Alice').getByText('dead line').waitFor();
    expect(await demo.typing('Bob').count()).toBe(0);
  });

  it('ends with one of two devices in the last scene', async ({ visit }) => {
    const demo = await visit({ query });
    await playScene(demo, 5);
    expect(await demo.bubbles('Bob')).toEqual(['Bob, bring bread!']);
    expect(await demo.bubbles('Bob', 'desktop')).toEqual(['Bob, bring bread!', 'And some cheese']);
  });

  it('can be stopped', async ({ visit }) => {
    const demo = await visit({ query: '?pace=0.1' });
    await demo.page.getByRole('button', { name: 'Play the tour' }).click();
    await demo.page.getByRole('button', { name: 'Stop' }).click();
    await demo.page.getByText('Stopped. The phones are yours.').waitFor();
  });

  it.for(looks)('leaves pictures of its scenes: $look', async ({ look, ...options }, { visit }) => {
    const demo = await visit({ query, ...options });
    for (const number of scenes.keys()) {
      await playScene(demo, number + 1);
      await demo.page.screenshot({
        path: join(artifacts, `scene-${number + 1}-${look}.png`),
        fullPage: true,
      });
    }
  });
});
