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
async function play(visit: (options: { query: string }) => Promise<Demo>, number: number, pace = fast) {
  const demo = await visit({ query: `?${pace}&scene=${number}` });
  await demo.page.locator('#tour[data-state=ended]').waitFor();
  return demo;
}

describe.skipIf(withoutBrowser)('the guided tour', { timeout: 90_000 }, () => {
  it('plays all scenes by itself, to its end', async ({ visit }) => {
    const demo = await visit({ query: `?${fast}` });
    await demo.page.getByRole('button', { name: 'Take the tour' }).click();
    await demo.page.getByText('That is all there is to it.').waitFor({ timeout: 80_000 });
    const rows = await demo.rows();
    const played = async () => (await rows.getByText(/^Scene \d/).allTextContents()).reverse();
    expect(await demo.drawn(played)).toEqual(scenes.map((title, index) => `Scene ${index + 1}: ${title}`));
  });

  it('B1.2 scene 2 leaves Carol with nothing, and her phone says what she has missed', async ({ visit }) => {
    const demo = await play(visit, 2, 'pace=4'); // the trace, which tells of the misses, may be later than the phones
    expect(await demo.bubbles('Carol')).toEqual([]);
    expect(await demo.drawn(() => demo.device('Carol').locator('.mark').allTextContents())).toEqual([
      'went offline',
      '2 status messages missed: none is kept',
      'back online',
    ]);
  });

  it('its words go with what happens', async ({ visit }) => {
    const demo = await visit({ query: '?scene=2&pace=1' });
    for (const words of ['Carol goes offline.', 'Carol is offline and misses it', 'Carol is back']) {
      await demo.page.locator('#tour').getByText(words).waitFor();
    }
  });

  it('its bar covers nothing, even while an explanation is open', async ({ visit }) => {
    const demo = await play(visit, 2);
    await demo.result.getByRole('button').click();
    await demo.result.locator('pre').waitFor();
    const bar = (await demo.page.locator('#tour').boundingBox())!;
    const places = ['#result', '#stage', '#timeline'].map((id) => demo.page.locator(id).boundingBox());
    for (const place of await Promise.all(places))
      expect(place!.y).toBeGreaterThanOrEqual(bar.y + bar.height);
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
    await demo.result
      .getByText('Alice wrote to dinner → Bob ✓ · Carol ✗ was offline, gone for good')
      .waitFor();
    expect([await demo.bubbles('Bob'), await demo.bubbles('Carol')]).toEqual([['The table is booked'], []]);
  });

  it.for([
    { width: 1440, height: 720 },
    { width: 390, height: 844 },
  ])('its words and controls stay in view: $width', async (viewport, { visit }) => {
    const demo = await visit({ query: '?scene=2&pace=0.1', viewport });
    await demo.page.getByText('Carol goes offline.').waitFor();
    await demo.page.evaluate('scrollTo(0, document.body.scrollHeight)');
    for (const name of ['Previous scene', 'Next scene', 'Stop']) {
      const box = (await demo.page.getByRole('button', { name }).boundingBox())!;
      expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
    }
    await demo.page.getByText('2/6').waitFor();
  });

  it('leads nowhere from its last scene', async ({ visit }) => {
    const demo = await play(visit, 6);
    expect(await demo.page.getByRole('button', { name: 'Next scene' }).count()).toBe(0);
    await demo.page.getByRole('button', { name: 'Previous scene' }).waitFor();
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

  describe('at the first visit', () => {
    it('it plays by itself, and says that typing is a status message', async ({ visit }) => {
      const demo = await visit({ first: true, query: '?pace=0.5' });
      await demo.page.getByText('“Alice is typing” is one.').waitFor();
      await demo.typing('Bob').waitFor();
    });

    it.for([
      { what: 'a key', touch: (demo: Demo) => demo.page.keyboard.press('Tab') },
      { what: 'a wheel', touch: (demo: Demo) => demo.page.mouse.wheel(0, 10) },
      { what: 'a press', touch: (demo: Demo) => demo.field('Bob').click() },
      { what: 'Skip', touch: (demo: Demo) => demo.page.getByRole('button', { name: 'Skip' }).click() },
    ])('$what ends it, and it does not come again', async ({ touch }, { visit }) => {
      const demo = await visit({ first: true, query: '?pace=0.2' });
      await demo.page.getByText('“Alice is typing” is one').waitFor();
      await touch(demo);
      await demo.page.locator('#tour').waitFor({ state: 'hidden' });
      await demo.page.reload();
      await demo.everybodyOnline();
      expect(await demo.drawn(() => demo.page.locator('#tour').isVisible())).toBe(false);
    });

    it('it waits for who asks why, and goes on after that', async ({ visit }) => {
      const demo = await visit({ first: true, query: '?pace=1' });
      await demo.result.getByText('Alice wrote').waitFor();
      await demo.result.getByRole('button').click();
      await demo.page.getByText('It waits for you.').waitFor();
      await demo.result.locator('pre').click();
      await demo.result.getByRole('button').click();
      await demo.page.getByText('Your turn. Type on any phone').waitFor();
    });

    it('B1.2 Carol keeps what she got before she left, and gets nothing of what came after', async ({
      visit,
    }) => {
      const demo = await visit({ first: true, query: `?${fast}` });
      await demo.page.getByText('Your turn. Type on any phone').waitFor();
      expect(await demo.bubbles('Carol')).toEqual(['Dinner at seven?']);
    });

    it('at its end it is the visitor’s turn, and the first press takes the bar away', async ({ visit }) => {
      const demo = await visit({ first: true, query: `?${fast}` });
      await demo.page.getByText('Your turn. Type on any phone').waitFor();
      await demo.page.getByLabel('Carol’s phone online').click();
      await demo.page.locator('.phone[aria-label=Carol][data-standing=off]').waitFor();
      expect(await demo.drawn(() => demo.page.locator('#tour').isVisible())).toBe(false);
    });
  });

  describe('where somebody else’s Carol is online', () => {
    it('nothing plays by itself: it says why, and plays in an app of its own', async ({ visit, connect }) => {
      await connect('carol');
      const demo = await visit({ first: true, query: `?${fast}` });
      await demo.page.locator('#tour').getByText('Carol is online elsewhere, too').waitFor();
      await demo.page.getByRole('button', { name: 'Play it in an app of its own' }).click();
      await demo.page.waitForURL(/\?appKey=tour-\d+&scene=1$/);
      await demo.page.locator('#tour[data-state=playing]').waitFor();
    });

    it('what plays already does not go on', async ({ visit, connect }) => {
      const demo = await visit({ first: true, query: '?pace=0.2' });
      await demo.page.getByText('“Alice is typing” is one').waitFor();
      await connect('carol');
      await demo.page.locator('#tour[data-state=failed]').getByText('online elsewhere').waitFor();
    });

    it('no scene is played that somebody asks for', async ({ visit, connect }) => {
      await connect('carol');
      const demo = await visit({ query: '?scene=2' });
      await demo.page.locator('#tour[data-state=failed]').getByText('online elsewhere').waitFor();
      await demo.person('Carol').getByText('also elsewhere').waitFor();
    });
  });

  it('where somebody’s own clients are, nothing plays by itself', async ({ visit, connect }) => {
    await connect('my-own-user');
    const demo = await visit({ first: true });
    await demo.page.locator('.names').getByText('my-own-user').waitFor();
    expect(await demo.drawn(() => demo.page.locator('#tour').isVisible())).toBe(false);
  });
});
