import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject } from 'vitest';
import { violations } from './axe.ts';
import { it, withoutBrowser } from './demo.ts';
import { states } from './states.ts';

const looks = [
  { colorScheme: 'light', locale: 'en-US' },
  { colorScheme: 'dark', locale: 'zh-CN' },
] as const;

describe.skipIf(withoutBrowser)('the looks of the page', { timeout: 120_000 }, () => {
  describe.for(looks)('$colorScheme, $locale', (look) => {
    it.for(Object.keys(states))(
      'an accessibility scan finds nothing, no text is cut, and no card has three sizes of it: %s',
      async (name, { visit, simulator }) => {
        const { query, arrange } = states[name]!;
        const demo = await visit({ ...look, query, reducedMotion: 'reduce' });
        demo.expectComplaints(name === 'gone' ? /WebSocket connection to|net::ERR_/ : /^$/);
        await arrange(demo, simulator);
        expect(await violations(demo.page)).toEqual([]);
        expect(await demo.page.evaluate(cutTexts)).toEqual([]);
        expect(await demo.page.evaluate(motleyCards)).toEqual([]);
      },
    );
  });

  it.for(['en-US', 'zh-CN'])('nothing is wider than 360 px: %s', async (locale, { visit, simulator }) => {
    const demo = await visit({ locale, viewport: { width: 360, height: 800 }, query: states.missed!.query });
    await states.missed!.arrange(demo, simulator);
    expect(await demo.drawn(() => demo.page.evaluate('document.documentElement.scrollWidth'))).toBe(360);
  });

  it.for(looks)(
    'what is delivered is green, dropped amber, and echoed violet: $colorScheme',
    async ({ colorScheme }, { visit }) => {
      const demo = await visit({ colorScheme });
      await demo.page.getByLabel('isIncludeSender').check();
      await demo.choose('Alice', 'Add second device');
      await demo.person('Alice').getByText('2 sessions').waitFor();
      await demo.switchOnline('Carol', false);
      await demo.send('Alice', 'Hello');
      await demo.result.getByText('echo to Alice').waitFor();
      for (const [outcome, from, to] of [
        ['delivered', 120, 160],
        ['dropped', 20, 45],
        ['echo', 250, 275],
      ] as const) {
        const hues = (await demo.drawn(() => demo.page.evaluate(huesOf(outcome)))) as number[];
        expect(hues.length).toBeGreaterThan(1);
        expect(hues.filter((hue) => hue < from || hue > to)).toEqual([]);
      }
    },
  );

  it.for([1440, 1024, 390])('its name and what it is for stay in view: %s', async (width, { visit }) => {
    const demo = await visit({ viewport: { width, height: 800 } });
    await demo.send('Alice', 'Hello');
    await demo.result.getByText('Alice wrote').waitFor();
    for (const text of ['status-sim', 'online gets it, offline never does']) {
      const box = (await demo.page.locator('#top').getByText(text).boundingBox())!;
      expect(box.x + box.width).toBeLessThanOrEqual(width);
    }
  });

  it('the other language is one click away, stays, and says again what is on the screen', async ({
    demo,
  }) => {
    await demo.send('Alice', 'Hello');
    await demo.bubble('Bob', 'Hello').waitFor();
    await demo.page.getByRole('button', { name: '中文' }).click();
    await demo.result.getByText('Alice 发出消息 → Bob ✓').waitFor();
    await demo.page.reload();
    await demo.page.getByText('在线即达').first().waitFor();
    expect(await demo.drawn(() => demo.page.locator('html').getAttribute('lang'))).toBe('zh-CN');
  });

  it('the dark mode is two clicks away, and stays', async ({ demo }) => {
    await demo.page.getByRole('button', { name: 'More', exact: true }).click();
    await demo.page.getByLabel('Dark mode').check();
    await demo.page.reload();
    await demo.page.locator('html[data-theme=dark]').waitFor();
  });

  it('the documentation is a link away', async ({ demo }) => {
    await demo.page.getByRole('button', { name: 'More', exact: true }).click();
    await demo.page.getByRole('link', { name: 'API docs' }).click();
    await demo.page.getByRole('heading', { name: /status-sim/ }).waitFor();
  });

  it('the keyboard reaches everything, in the order of the screen', async ({ demo }) => {
    const stops: unknown[] = [];
    for (let count = 0; count < 34; count++) {
      await demo.page.keyboard.press('Tab');
      stops.push(await demo.page.evaluate(nameOfFocus));
    }
    expect(stops).toEqual([
      'App-Key default',
      'Take the tour',
      '中文',
      'More',
      ...[
        'Alice’s phone online',
        'More for Alice',
        'Messages on Alice’s phone',
        'Message from Alice’s phone',
        'Send',
      ],
      ...[
        'Bob’s phone online',
        'More for Bob',
        'Messages on Bob’s phone',
        'Message from Bob’s phone',
        'Send',
      ],
      ...[
        'Carol’s phone online',
        'More for Carol',
        'Messages on Carol’s phone',
        'Message from Carol’s phone',
        'Send',
      ],
      ...['Add a user', 'curl', 'Node', 'Python', 'curl', 'isIncludeSender', 'verifyBlacklist'],
      ...['Run it here', 'Copy', 'The app’s clock', 'Zoom out', 'Zoom in', 'Table', 'Pause', 'Timeline'],
    ]);
  });

  it('Escape closes a menu, and its button has the focus again', async ({ demo }) => {
    await demo.page.getByRole('button', { name: 'More for Bob' }).click();
    await demo.person('Bob').getByRole('button', { name: 'Pull the plug' }).focus();
    await demo.page.keyboard.press('Escape');
    expect(await demo.drawn(() => demo.page.evaluate(nameOfFocus))).toBe('More for Bob');
  });

  it('who chooses in a menu by the keyboard is at its button again', async ({ demo }) => {
    await demo.page.getByRole('button', { name: 'More for Bob' }).press('Enter');
    await demo.person('Bob').getByRole('button', { name: 'Add second device' }).press('Enter');
    await demo.device('Bob', 'computer').waitFor();
    expect(await demo.drawn(() => demo.page.evaluate(nameOfFocus))).toBe('More for Bob');
    await demo.page.keyboard.press('Enter');
    await demo.person('Bob').getByRole('button', { name: 'Remove device' }).waitFor();
  });

  it('the typing lab has the focus when it opens, and Escape closes it', async ({ demo }) => {
    const more = demo.page.getByRole('button', { name: 'More', exact: true });
    await more.press('Enter');
    await demo.page.getByRole('button', { name: 'Typing lab' }).press('Enter');
    await demo.page.locator('#lab button:focus').getByText('Close').waitFor();
    await demo.page.keyboard.press('Tab');
    expect(await demo.page.evaluate(nameOfFocus)).toContain('Product');
    await demo.page.keyboard.press('Escape');
    await demo.page.locator('#lab').waitFor({ state: 'hidden' });
    expect(await demo.drawn(() => demo.page.evaluate(nameOfFocus))).toBe('More');
  });

  it('an empty page says what to do', async ({ demo }) => {
    expect(await demo.drawn(() => demo.page.getByText('Type here ↓').count())).toBe(3);
    await demo.result.getByText('Type on a phone, and see who gets it.').waitFor();
  });

  it('where somebody types already, nobody is told to', async ({ demo }) => {
    await demo.field('Alice').fill('H');
    await demo.typing('Bob').waitFor();
    expect(await demo.drawn(() => demo.device('Alice').getByText('Type here ↓').count())).toBe(0);
  });

  it('an error is a sentence on the page', async ({ demo }) => {
    demo.expectComplaints(/No such fault|400/);
    const refusal = { status: 400, json: { errorMessage: 'No such fault.' } };
    await demo.page.route('**/sim/faults', (route) => route.fulfill(refusal));
    await demo.choose('Bob', 'Pull the plug');
    await demo.page.getByRole('alert').getByText('That did not work. No such fault.').waitFor();
  });

  it('with less motion wanted nothing moves by itself', async ({ visit }) => {
    const demo = await visit({ reducedMotion: 'reduce' });
    await demo.field('Alice').fill('H');
    await demo.typing('Bob').waitFor();
    expect(await demo.drawn(() => demo.page.evaluate('document.getAnimations().length'))).toBe(0);
    expect(await demo.page.evaluate(longestMotion)).toBe(0);
  });

  it('what moves once has come to rest in 400 ms', async ({ demo }) => {
    await demo.send('Alice', 'Hello');
    await demo.bubble('Bob', 'Hello').waitFor();
    await demo.result.getByRole('button').click();
    await demo.page.getByRole('button', { name: 'More', exact: true }).click();
    await demo.page.getByRole('button', { name: 'Typing lab' }).click();
    await demo.page.locator('.strip').first().waitFor();
    expect(await demo.drawn(() => demo.page.evaluate(longestMotion))).toBeLessThanOrEqual(0.4);
  });

  it('the result is told to who cannot see it', async ({ demo }) => {
    expect(await demo.drawn(() => demo.result.getAttribute('aria-live'))).toBe('polite');
  });

  it('the page asks nobody but its own simulator', async ({ visit, simulator }) => {
    const demo = await visit();
    const origins = new Set<string>();
    demo.page.on('request', (request) => origins.add(new URL(request.url()).origin));
    await demo.page.reload();
    await demo.everybodyOnline();
    expect([...origins]).toEqual([simulator.url]);
  });

  it('its policy lets nothing foreign in', async ({ demo }) => {
    demo.expectComplaints(/Content Security Policy/);
    const refused = await demo.page.evaluate(`new Promise((resolve) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
      const style = document.createElement('link');
      Object.assign(style, { rel: 'stylesheet', href: 'https://example.com/x.css' });
      document.head.append(style);
    })`);
    expect(refused).toBe('style-src-elem');
  });

  it('its policy lets no text become code', async ({ demo }) => {
    demo.expectComplaints(/TrustedHTML/);
    const attempt = demo.page.evaluate("document.body.innerHTML = '<b>x</b>'");
    await expect(attempt).rejects.toThrow('TrustedHTML');
  });
});

it('the page weighs at most 100 KB', () => {
  const built = join(inject('build'), 'client-sim');
  const page = readdirSync(join(built, 'web')).filter((name) => /\.(html|js|css|svg)$/.test(name));
  const shared = readdirSync(built).filter((name) => /^typing.*\.js$/.test(name));
  const files = [...page.map((name) => join(built, 'web', name)), ...shared.map((name) => join(built, name))];
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(100 * 1024);
});

/** What has the focus, as a screen reader tells it. */
const nameOfFocus = `(() => {
  const { activeElement: node } = document;
  return (node.ariaLabel ?? node.labels?.[0]?.textContent ?? node.textContent).trim();
})()`;

/** Texts of which a part is hidden, and no title says the whole. */
const cutTexts = `[...document.querySelectorAll('body *')]
  .filter((node) => [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()))
  .filter((node) => node.checkVisibility() && !node.closest('.unseen') && !node.closest('[title]'))
  .filter((node) => getComputedStyle(node).overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.textContent)`;

/** Cards with more than two sizes of text. */
const motleyCards = `[...document.querySelectorAll('.card, .phone, #tour')]
  .map((card) => [...card.querySelectorAll('*')]
    .filter((node) => [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()))
    .filter((node) => node.checkVisibility() && !node.closest('.unseen'))
    .map((node) => getComputedStyle(node).fontSize))
  .filter((sizes) => new Set(sizes).size > 2)`;

/** The hues of an outcome, in the sentence and on the timeline. */
const huesOf = (
  outcome: string,
) => `[...document.querySelectorAll('#result .${outcome}, .plot > svg .${outcome}[d^=M]')]
  .map((node) => getComputedStyle(node)[node.closest('svg') ? 'stroke' : 'color'].match(/\\d+/g).map(Number))
  .map(([r, g, b]) => {
    const [top, span] = [Math.max(r, g, b), Math.max(r, g, b) - Math.min(r, g, b)];
    const sector = top === r ? (g - b) / span : top === g ? 2 + (b - r) / span : 4 + (r - g) / span;
    return (sector * 60 + 360) % 360;
  })`;

/** In seconds; the dots of a typing bubble go on for as long as somebody types. */
const longestMotion = `Math.max(...[...document.querySelectorAll('*')]
  .flatMap((node) => [getComputedStyle(node), getComputedStyle(node, '::before')])
  .flatMap((style) => [style.transitionDuration, style.animationIterationCount === 'infinite' ? '0s' : style.animationDuration])
  .map((text) => parseFloat(text)))`;
