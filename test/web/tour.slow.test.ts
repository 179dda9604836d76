import { describe, expect } from 'vitest';
import { type Demo, it, withoutBrowser } from './demo.ts';

/** Faster than for people. */
const fast = 'pace=20';

const scenes = [
  'Online gets it',
  'Offline never gets it',
  'Echo',
  'Typing expires',
  'Two devices',
  'A group',
];

/** Opens the page at a scene, and waits until it was played. */
async function play(visit: (options: { query: string }) => Promise<Demo>, number: number) {
  const demo = await visit({ query: `?${fast}&scene=${number}` });
  await demo.page.locator('#tour[data-state=ended]').waitFor();
  return demo;
}

describe.skipIf(withoutBrowser)('the guided tour', { timeout: 90_000 }, () => {
  it('plays all scenes by itself, to its end', async ({ visit }) => {
    const demo = await visit({ query: `?${fast}` });
    await demo.page.getByRole('button', { name: 'Take the tour' }).click();
    await demo.page.getByText('That is all there is to it.').waitFor({ timeout: 80_000 });
    const rows = await demo.rows();
    const played = await rows.getByText(/^Scene \d/).allTextContents();
    expect(played).toEqual(scenes.map((title, index) => `Scene ${index + 1}: ${title}`));
  });

  it('scene 2 leaves Carol with nothing', async ({ visit }) => {
    expect(await (await play(visit, 2)).bubbles('Carol')).toEqual([]);
  });

  it('scene 3 shows an echo, which is not unread', async ({ visit }) => {
    const demo = await play(visit, 3);
    expect(
      await demo.drawn(() => demo.device('Alice', 'computer').locator('.bubble small').textContent()),
    ).toBe('echo');
  });

  it('scene 4 leaves the connection dead and nobody typing', async ({ visit }) => {
    const demo = await play(visit, 4);
    await demo.device('Alice').getByText('no connection', { exact: true }).waitFor();
    await demo.typing('Bob').waitFor({ state: 'detached' });
  });

  it('scene 5 ends with one of two devices', async ({ visit }) => {
    const demo = await play(visit, 5);
    expect(await demo.drawn(() => demo.bubbles('Bob'))).toEqual(['Bob, bring bread!']);
    expect(await demo.drawn(() => demo.bubbles('Bob', 'computer'))).toEqual([
      'Bob, bring bread!',
      'And some cheese',
    ]);
  });

  it('B1.14 scene 6 reaches the members of a group who are online', async ({ visit }) => {
    const demo = await play(visit, 6);
    await demo.result.getByText('Alice wrote to dinner → Bob ✓ · Carol ✗ offline, gone for good').waitFor();
    expect([await demo.bubbles('Bob'), await demo.bubbles('Carol')]).toEqual([['The table is booked'], []]);
  });

  it.for([
    { width: 1440, height: 720 },
    { width: 390, height: 844 },
  ])('its words and controls stay in view: $width', async (viewport, { visit }) => {
    const demo = await visit({ query: '?scene=2&pace=0.1', viewport });
    await demo.page.getByText('Carol is offline when Alice writes.').waitFor();
    await demo.page.evaluate('scrollTo(0, document.body.scrollHeight)');
    for (const name of ['Previous scene', 'Next scene', 'Stop']) {
      const box = (await demo.page.getByRole('button', { name }).boundingBox())!;
      expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
    }
    await demo.page.getByText('2/6').waitFor();
  });

  it('goes forth and back, and can be stopped', async ({ visit }) => {
    const demo = await visit({ query: '?scene=2&pace=0.1' });
    await demo.page.getByRole('button', { name: 'Next scene' }).click();
    await demo.page.getByText('3/6').waitFor();
    await demo.page.getByRole('button', { name: 'Previous scene' }).click();
    await demo.page.getByText('2/6').waitFor();
    await demo.page.getByRole('button', { name: 'Stop' }).click();
    await demo.page.locator('#tour').waitFor({ state: 'hidden' });
  });

  it('the first visit plays by itself, until somebody touches the page', async ({ visit }) => {
    const demo = await visit({ first: true, query: '?pace=0.2' });
    await demo.page.getByText('Bob and Carol are online').waitFor();
    await demo.page.keyboard.press('Tab');
    await demo.page.locator('#tour').waitFor({ state: 'hidden' });
    await demo.page.reload();
    await demo.everybodyOnline();
    expect(await demo.drawn(() => demo.page.locator('#tour').isVisible())).toBe(false);
  });

  it('where somebody’s own clients are, nothing plays by itself', async ({ visit, connect }) => {
    await connect('my-own-user');
    const demo = await visit({ first: true });
    await demo.page.locator('.names').getByText('my-own-user').waitFor();
    expect(await demo.drawn(() => demo.page.locator('#tour').isVisible())).toBe(false);
  });
});
