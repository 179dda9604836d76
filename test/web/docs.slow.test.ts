import { describe, expect } from 'vitest';
import { app } from '../fixtures/simulator.ts';
import { violations } from './axe.ts';
import { it as base, Demo, withoutBrowser } from './demo.ts';

const it = base.extend('docs', async ({ openTab, simulator }, { onCleanup }) => {
  const demo = new Demo(await openTab());
  onCleanup(() => demo.page.context().close());
  await demo.page.goto(`${simulator.url}/docs`);
  return demo;
});

/** Opens *Try it* of a call, and sends what stands there. */
async function tryIt({ page }: Demo, id: string, fill: Record<string, string> = {}): Promise<string> {
  const call = page.locator(`section#${id}`);
  await call.getByText('Try it').click();
  for (const [label, text] of Object.entries(fill)) await call.getByLabel(label).fill(text);
  await call.getByRole('button', { name: 'Send' }).click();
  const answer = call.locator('output', { hasText: /^\d{3} / });
  await answer.waitFor();
  return (await answer.textContent())!;
}

const publish = 'POSTStatusmessagePrivatePublishJson';

describe.skipIf(withoutBrowser)('Try it, on the page of the calls', { timeout: 90_000 }, () => {
  it('B6.12 sends a call of RongCloud’s as it stands, and shows the answer', async ({ docs, connect }) => {
    const bob = await connect('bob');
    expect(await tryIt(docs, publish)).toMatch(/^200 {2}\{"code":200,"messageUIDs":\[/);
    await bob.settle();
    expect(bob.received).toHaveLength(1);
    expect(docs.complaints).toEqual([]);
  });

  it('B4.1 sends it to the app that stands there', async ({ docs, connect }) => {
    const bob = await connect({ userId: 'bob', appKey: 'another' });
    await tryIt(docs, publish, { 'App-Key': 'another' });
    await bob.settle();
    expect(bob.received).toHaveLength(1);
  });

  it('B3.2 shows a refusal as it is', async ({ docs }) => {
    docs.expectComplaints(/400/);
    const answer = await tryIt(docs, publish, { [`Body of ${publish}`]: 'fromUserId=alice' });
    expect(answer).toMatch(/^400 {2}\{"code":1002,/);
  });

  it('B6.3 sends a call with JSON, and one without a body', async ({ docs }) => {
    expect(await tryIt(docs, 'POSTSimPublish')).toMatch(/^200 {2}\{"code":200,/);
    expect(await tryIt(docs, 'GETSimPresence')).toMatch(/^200 {2}\{"code":200,/);
  });

  it('B6.12 the page is accessible, and nothing on it is wider than a phone', async ({ docs }) => {
    expect(await violations(docs.page)).toEqual([]);
    await docs.page.setViewportSize({ width: 390, height: 844 });
    expect(await docs.drawn(() => docs.page.evaluate('document.documentElement.scrollWidth'))).toBe(390);
  });

  describe('in closed mode', () => {
    const its = it.override('options', { apps: [app], adminToken: 'letmein' });

    its('B4.2 B4.4 calls are signed, with the admin token of the tab', async ({ docs }) => {
      await docs.page.evaluate("sessionStorage.setItem('adminToken', 'letmein')");
      await docs.page.reload();
      expect(await tryIt(docs, publish, { 'App-Key': app.key })).toMatch(/^200 {2}\{"code":200,/);
      expect(await tryIt(docs, 'GETSimPresence', { 'App-Key': app.key })).toMatch(/^200 {2}\{"code":200,/);
    });
  });
});
