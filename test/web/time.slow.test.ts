import { describe, expect } from 'vitest';
import { it, withoutBrowser } from './demo.ts';

describe.skipIf(withoutBrowser)('time and timers', { timeout: 90_000 }, () => {
  it('freeze stops the app’s clock, +6 s moves it on, and ×1 lets it run', async ({ demo, simulator }) => {
    const { clock } = simulator.app();
    const choose = async (name: string) => {
      const answered = demo.page.waitForResponse((response) => response.request().method() === 'POST');
      await demo.page.locator('[data-menu=clock] .popover').getByRole('button', { name }).click();
      await answered;
    };
    await demo.page.getByRole('button', { name: 'The app’s clock' }).click();
    await choose('Freeze');
    const { now, frozen } = clock.read();
    expect(frozen).toBe(true);
    await choose('+6 s');
    expect(clock.read().now).toBe(now + 6000);
    await choose('×1');
    expect(clock.read().frozen).toBe(false);
  });

  it('A6 with +6 s a typing is over', async ({ still: demo }) => {
    await demo.page.getByRole('button', { name: 'The app’s clock' }).click();
    await demo.page.getByRole('button', { name: 'Freeze', pressed: true }).waitFor();
    await demo.field('Alice').fill('H');
    await demo.typing('Bob').waitFor();
    await demo.page.getByRole('button', { name: '+6 s' }).click();
    await demo.typing('Bob').waitFor({ state: 'detached' });
  });

  it('in slow motion the clock goes on, in small steps', async ({ demo, simulator }) => {
    await demo.page.getByRole('button', { name: 'The app’s clock' }).click();
    await demo.page.getByRole('button', { name: '×¼' }).click();
    await demo.page.getByRole('button', { name: '×¼', pressed: true }).waitFor();
    const before = simulator.app().clock.read().now;
    await demo.page.waitForResponse('**/sim/clock');
    await demo.page.waitForResponse('**/sim/clock');
    const passedMs = simulator.app().clock.read().now - before;
    expect(passedMs).toBeGreaterThan(0);
    expect(passedMs % 50).toBe(0);
    expect(simulator.app().clock.read().frozen).toBe(true);
  });

  it('while the clock stands still, what happens is in view on the timeline', async ({ demo, simulator }) => {
    simulator.app().clock.freeze();
    await demo.page.getByRole('button', { name: 'The app’s clock' }).getByText('frozen').waitFor();
    await demo.send('Alice', 'Hello');
    await demo.result.getByText('Alice wrote').waitFor();
    const [dot] = await demo.drawn(() => demo.points('.delivered'));
    expect(dot!.x).toBeLessThanOrEqual(0);
  });

  it('A6 the timers of the address are those of the phones', async ({ visit, simulator }) => {
    const { clock } = simulator.app();
    clock.freeze();
    const demo = await visit({ query: '?typing=30/-/30' });
    await demo.field('Alice').fill('H');
    await demo.typing('Bob').waitFor();
    await clock.advance(15_000);
    await demo.device('Bob').locator('.ring [stroke-dasharray="50 100"]').waitFor();
  });

  describe('the typing lab', () => {
    it('shows what a product’s timers make of keystrokes, and the phones use them', async ({ demo }) => {
      await demo.page.getByRole('button', { name: 'More', exact: true }).click();
      await demo.page.getByRole('button', { name: 'Typing lab' }).click();
      await demo.page
        .getByText('4 messages sent · 2 flickers · stuck for 1.9 s · missing for 0.2 s at most')
        .waitFor();
      expect(await demo.drawn(() => demo.page.locator('.strip .gap').count())).toBe(4); // and before each begins
      await demo.page.getByLabel('Product').selectOption('Stream');
      await demo.page.getByText(/ · 0 flickers · /).waitFor();
      await demo.page.getByRole('button', { name: 'Close' }).click();
      await demo.field('Alice').fill('H');
      await demo.device('Bob').locator('.ring').waitFor();
      expect(await demo.drawn(() => demo.page.locator('#lab').isVisible())).toBe(false);
    });

    it.for([
      ['Refresh', '30000'],
      ['Idle stop', '3000'],
      ['Expiry', '20000'],
      ['Network delay', '3000'],
      ['Loss', '50'],
    ])('%s can be dragged, and the result follows', async ([label, value], { demo }) => {
      await demo.page.getByRole('button', { name: 'More', exact: true }).click();
      await demo.page.getByRole('button', { name: 'Typing lab' }).click();
      const result = demo.page.locator('#lab > p');
      const strips = () =>
        demo.page.locator('.strip svg').evaluateAll((all) => all.map((svg) => svg.innerHTML));
      await result.waitFor();
      const before = [await result.textContent(), ...(await strips())];
      await demo.page.getByLabel(label!).fill(value!);
      const after = await demo.drawn(async () => [await result.textContent(), ...(await strips())]);
      expect(after[1]).toBe(before[1]); // the keys are the same
      expect(after).not.toEqual(before);
    });

    it('a lost stop leaves the indicator stuck, in words and in the strip', async ({ demo }) => {
      await demo.page.getByRole('button', { name: 'More', exact: true }).click();
      await demo.page.getByRole('button', { name: 'Typing lab' }).click();
      await demo.page.getByLabel('Expiry').fill('20000');
      await demo.page.getByText(/stuck for \d+(\.\d)? s/).waitFor();
      expect(await demo.drawn(() => demo.page.getByLabel('Product').inputValue())).toBe('');
      expect(await demo.drawn(() => demo.page.locator('.strip .stuck').count())).toBeGreaterThan(0);
    });
  });
});
