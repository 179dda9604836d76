import { pathToFileURL } from 'node:url';
import { describe, expect } from 'vitest';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { app } from '../fixtures/simulator.ts';
import { Demo, it, withoutBrowser } from './demo.ts';

/** Opens a user in RongCloud's web client, as the menu does. */
async function open({ page }: Demo, name: string) {
  await page.getByRole('button', { name: `More for ${name}` }).click();
  const opened = page.waitForEvent('popup');
  await page.getByRole('link', { name: `Open ${name} in RongCloud’s web client` }).click();
  const tab = await opened;
  await tab.getByText('online', { exact: true }).waitFor();
  return tab;
}

describe.skipIf(withoutBrowser)('RongCloud’s web client', { timeout: 90_000 }, () => {
  it('C3 C5 C7 is a click away, gets what the phone gets, and tells that it types', async ({ visit }) => {
    const demo = await visit({ viewport: { width: 1440, height: 900 } });
    const bob = await open(demo, 'Bob');
    await demo.person('Bob').getByText('also elsewhere').waitFor();
    await demo.page.locator('.lane[data-user=bob]').getByText('web').waitFor({ state: 'attached' });
    await demo.field('Alice').fill('Hello');
    await bob.getByText('Alice is typing').waitFor();
    await demo.field('Alice').press('Enter');
    await bob.getByText('Hello', { exact: true }).waitFor();
    await bob.getByLabel('Typing here tells Alice').fill('x');
    await demo.typing('Alice').waitFor();
  });

  it('it reaches nobody but the simulator', async ({ visit, simulator }) => {
    const demo = await visit({ viewport: { width: 1440, height: 900 } });
    const reached = new Set<string>();
    demo.page.context().on('response', (response) => reached.add(new URL(response.url()).origin));
    await open(demo, 'Bob');
    expect([...reached]).toEqual([simulator.url]);
  });

  describe('in closed mode', () => {
    const its = it.override('options', { page: demoPage(), apps: [app], adminToken: 'letmein' });

    its('B4.4 it is opened with the token of the page', async ({ openTab, simulator, onTestFinished }) => {
      const demo = new Demo(await openTab());
      onTestFinished(() => demo.page.context().close());
      await demo.page.goto(`${simulator.url}/?appKey=${app.key}`);
      await demo.page.getByLabel('Admin token').fill('letmein');
      await demo.page.getByRole('button', { name: 'Open' }).click();
      await demo.everybodyOnline();
      await open(demo, 'Carol');
      await demo.person('Carol').getByText('also elsewhere').waitFor();
    });
  });

  describe('where its package is not', () => {
    const page = demoPage([pathToFileURL('/nowhere/package.json').href]);
    const its = it.override('options', { page });

    its('there is no link to it, and nothing behind it', async ({ demo, send }) => {
      await demo.page.getByRole('button', { name: 'More for Bob' }).click();
      await demo.person('Bob').getByRole('button', { name: 'Pull the plug' }).waitFor();
      expect(await demo.drawn(() => demo.page.getByRole('link', { name: 'web client' }).count())).toBe(0);
      expect((await send('/web-client.html', { method: 'GET' })).status).toBe(404);
    });
  });
});
