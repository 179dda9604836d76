import type { Simulator } from '../../server/index.ts';
import type { Demo } from './demo-page.ts';

/** A state of the page: how one comes to it. In any language, so by what does not depend on it. */
interface PageState {
  query: string;
  arrange(demo: Demo, simulator: Simulator): Promise<void>;
}

const menu = (demo: Demo, name: string) => demo.page.locator(`[data-menu="${name}"] > button`);
const field = (demo: Demo, user: string) => demo.page.locator(`.phone.${user} form input`).first();

async function send(demo: Demo, user: string, text: string): Promise<void> {
  await field(demo, user).fill(text);
  await field(demo, user).press('Enter');
}

/** Where there is no room for all, brings a user into view. */
async function show(demo: Demo, userId: string): Promise<void> {
  const receiver = demo.page.locator('.switcher select').last();
  if (await receiver.isVisible()) await receiver.selectOption(userId);
}

/** Waits until a scene was played that the address has asked for. */
const played = (demo: Demo) => demo.page.locator('#tour[data-state=ended]').waitFor();

/** The states in which the page is looked at: by an accessibility scan, and by people. */
export const states: Record<string, PageState> = {
  empty: { query: '', arrange: async () => {} },

  missed: {
    query: '',
    async arrange(demo, simulator) {
      simulator.app().clock.freeze(); // a ghost fades with the time
      await show(demo, 'carol');
      await demo.page.locator('.phone.user-2 .switch').click();
      await demo.page.locator('.phone.user-2[data-standing=off]').waitFor();
      await send(demo, 'user-0', 'Carol, are you there?');
      await demo.page.locator('.ghost .faded').waitFor();
    },
  },

  typing: {
    query: '?scene=4&pace=8&typing=30/-/30',
    async arrange(demo) {
      await demo.page.locator('.typing.bubble').first().waitFor({ state: 'attached' });
      await played(demo);
    },
  },

  echo: { query: '?scene=3&pace=8', arrange: played },

  menus: {
    query: '',
    async arrange(demo) {
      await send(demo, 'user-0', 'Hello');
      await demo.page.locator('.sentence').click();
      await menu(demo, 'user bob')
        .scrollIntoViewIfNeeded()
        .catch(() => {});
      await menu(demo, 'user bob').click();
    },
  },

  past: {
    query: '?scene=2&pace=8',
    async arrange(demo) {
      await played(demo);
      await demo.page.locator('.plot').focus();
      for (let step = 0; step < 3; step++) await demo.page.keyboard.press('ArrowLeft');
      await demo.page.locator('#past-note span').first().waitFor();
    },
  },

  table: {
    query: '?scene=6&pace=8',
    async arrange(demo) {
      await played(demo);
      await demo.page.locator('#tour button').last().click();
      await demo.page.locator('#timeline > header button[aria-pressed]').first().click();
      await demo.page.locator('tbody tr').first().waitFor();
    },
  },

  lab: {
    query: '',
    async arrange(demo) {
      await menu(demo, 'more').click();
      await demo.page.locator('[data-menu=more] .popover button').click();
      await demo.page.locator('.strip').waitFor();
    },
  },

  run: {
    query: '?scene=2&pace=8',
    async arrange(demo) {
      await played(demo);
      await demo.page.locator('#tour button').last().click();
      await demo.page.locator('#back-end .primary').click();
      await demo.page.locator('.truth').waitFor();
    },
  },

  gone: {
    query: '?scene=1&pace=8',
    async arrange(demo, simulator) {
      await played(demo);
      await simulator.close();
      await demo.page.locator('.phone[data-standing=gone]').first().waitFor();
    },
  },
};
