import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** Where a person finds the screenshots. */
export const artifacts = join(import.meta.dirname, '../../.artifacts/screens');

type Device = 'phone' | 'computer';

/** The page in a browser, by the names that a screen reader tells. */
export class Demo {
  readonly page: Page;
  readonly #complaints: string[] = [];
  #expected = /^$/;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(30_000);
    page.on('pageerror', ({ message }) => this.#complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#complaints.push(message.text());
    });
  }

  /** What the browser had to complain about, but for what the test expects. */
  get complaints(): string[] {
    return this.#complaints.filter((text) => !this.#expected.test(text));
  }

  expectComplaints(pattern: RegExp): void {
    this.#expected = pattern;
  }

  /** Opens the page, and waits until everybody on it is online. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.everybodyOnline();
  }

  async everybodyOnline(): Promise<void> {
    const online = this.page.locator('.phone[data-standing=online]').filter({ has: this.#connected });
    for (const index of [0, 1, 2]) await online.nth(index).waitFor({ state: 'attached' });
  }

  /** A device that knows that it is online. The trace, by which the others know, has a connection of its own. */
  get #connected(): Locator {
    return this.page.locator('.screen:is([data-link=online], [data-link=dead])');
  }

  /** Reads when the page has drawn all that it knows by now. */
  async drawn<T>(read: () => Promise<T>): Promise<T> {
    await this.page.evaluate(frames);
    return read();
  }

  person(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  device(name: string, device: Device = 'phone'): Locator {
    return this.page.getByRole('group', { name: `${name}’s ${device}`, exact: true });
  }

  field(name: string, device?: Device): Locator {
    return this.device(name, device).getByRole('textbox');
  }

  async send(name: string, text: string, device?: Device): Promise<void> {
    await this.field(name, device).fill(text);
    await this.field(name, device).press('Enter');
  }

  /** A message on a screen. */
  bubble(name: string, text: string, device?: Device): Locator {
    return this.device(name, device).locator('.bubble').getByText(text, { exact: true });
  }

  /** All messages on a screen. */
  bubbles(name: string, device?: Device): Promise<string[]> {
    return this.device(name, device).locator('.bubble > span:not(.dots)').allTextContents();
  }

  typing(name: string): Locator {
    return this.device(name).getByRole('img', { name: 'is typing' });
  }

  ghost(name: string): Locator {
    return this.person(name).locator('.ghost');
  }

  async switchOnline(name: string, online: boolean, device: Device = 'phone'): Promise<void> {
    await this.page.getByLabel(`${name}’s ${device} online`).setChecked(online);
    if (device !== 'phone') return;
    const person = this.page.locator(
      `.phone[aria-label=${name}][data-standing=${online ? 'online' : 'off'}]`,
    );
    await (online ? person.filter({ has: this.#connected }) : person).waitFor();
  }

  /** Chooses in the menu of a user. */
  async choose(name: string, item: string): Promise<void> {
    await this.page.getByRole('button', { name: `More for ${name}` }).click();
    await this.person(name).getByRole('button', { name: item }).click();
  }

  /** Sets a check mark in the menu of a user. */
  async check(name: string, group: string, other: string, checked = true): Promise<void> {
    await this.page.getByRole('button', { name: `More for ${name}` }).click();
    await this.person(name).getByRole('group', { name: group }).getByLabel(other).setChecked(checked);
    await this.page.keyboard.press('Escape');
  }

  async pullPlug(name: string): Promise<void> {
    await this.choose(name, 'Pull the plug');
    await this.device(name).getByText('no connection', { exact: true }).waitFor();
  }

  async addUser(userId: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Add a user' }).click();
    await this.page.getByLabel('User id').fill(userId);
    await this.page.keyboard.press('Enter');
  }

  /** What became of the last publish, in one sentence. */
  get result(): Locator {
    return this.page.locator('#result');
  }

  get timeline(): Locator {
    return this.page.getByRole('slider', { name: 'Timeline' });
  }

  /** The events in words. */
  async rows(): Promise<Locator> {
    const button = this.page.getByRole('button', { name: 'Table' });
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
    return this.page.locator('#timeline tbody tr');
  }

  /** The points of a path of the timeline: where each of its lines begins. */
  async points(path: string): Promise<{ x: number; y: number }[]> {
    const d = (await this.page.locator(`.plot ${path}`).getAttribute('d')) ?? '';
    return [...d.matchAll(/M([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  }
}

/** A twentieth of a second, as long as the page is responsive: by then it has drawn what it knew at the beginning. */
export const frames = `new Promise((resolve) => {
  const begin = performance.now();
  requestAnimationFrame(function next(now) {
    if (now - begin > 50) resolve();
    else requestAnimationFrame(next);
  });
})`;
