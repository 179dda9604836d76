import { describe, expect } from 'vitest';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { app } from '../fixtures/simulator.ts';
import { it as base, Demo, withoutBrowser } from './demo.ts';

const it = base
  .override('options', { page: demoPage(), apps: [app], adminToken: 'letmein' })
  .extend('opened', async ({ openTab, simulator }, { onCleanup }) => {
    const demo = new Demo(await openTab());
    onCleanup(() => demo.page.context().close());
    await demo.page.goto(`${simulator.url}/?appKey=${app.key}`);
    return demo;
  });

describe.skipIf(withoutBrowser)('in closed mode', { timeout: 90_000 }, () => {
  it('B4.4 the page asks for the admin token once, and then works as in open mode', async ({ opened }) => {
    await opened.page.getByLabel('Admin token').fill('letmein');
    await opened.page.getByRole('button', { name: 'Open' }).click();
    await opened.everybodyOnline();
    await opened.send('Alice', 'Hello');
    await opened.bubble('Bob', 'Hello').waitFor();
    await opened.page.reload();
    await opened.everybodyOnline();
    expect(opened.complaints).toEqual([]);
  });

  it('B4.4 another token does not open it, and it says why', async ({ opened }) => {
    opened.expectComplaints(/401/);
    await opened.page.getByLabel('Admin token').fill('guess');
    await opened.page.getByRole('button', { name: 'Open' }).click();
    await opened.page.getByText('The header Authorization must be').waitFor();
    expect(await opened.drawn(() => opened.page.locator('.phone').count())).toBe(0);
  });

  it('B4.2 what it sends as a back end is signed', async ({ opened }) => {
    await opened.page.getByLabel('Admin token').fill('letmein');
    await opened.page.getByRole('button', { name: 'Open' }).click();
    await opened.everybodyOnline();
    await opened.page.getByRole('button', { name: 'Run it here' }).click();
    await opened.page.locator('.outcome').getByText('"code":200').waitFor();
    expect(await opened.drawn(() => opened.page.locator('#back-end pre').textContent())).toContain(
      'Signature',
    );
  });
});
