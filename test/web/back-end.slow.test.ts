import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { formType, publishPath } from '../fixtures/simulator.ts';
import { it, withoutBrowser } from './demo.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** The request of the README, as its curl sends it. */
const [, fields = ''] =
  /^curl -w '\\n' http:\/\/127\.0\.0\.1:4747\/statusmessage\/private\/publish\.json (.*)$/m.exec(readme)!;
const body = [...fields.matchAll(/-d (?:'([^']*)'|(\S+))/g)]
  .map(([, quoted, plain]) => quoted ?? plain)
  .join('&');

const run = promisify(execFile);

describe.skipIf(withoutBrowser)('your back end', { timeout: 90_000 }, () => {
  it('the README’s curl, from outside, moves the page', async ({ demo, send }) => {
    await demo.page.getByText('Waiting for your first request to App-Key default').waitFor();
    await demo.switchOnline('Carol', false);
    await send(publishPath, { headers: { 'Content-Type': formType }, body });
    await demo.typing('Bob').waitFor();
    await demo.ghost('Carol').waitFor();
    await demo.result.getByText('“Alice is typing” → Bob ✓ · Carol ✗ offline, gone for good').waitFor();
    await demo.page
      .locator('#back-end')
      .getByText('Waiting for your first request')
      .waitFor({ state: 'detached' });
  });

  it('so it does with an App-Key of one’s own', async ({ visit, send }) => {
    const demo = await visit({ query: '?appKey=my-app' });
    await send(publishPath, { headers: { 'Content-Type': formType, 'App-Key': 'my-app' }, body });
    await demo.typing('Bob').waitFor();
    await demo.page.getByRole('button', { name: 'App-Key my-app' }).waitFor();
  });

  it('B4.1 what happens in another app is not on the page', async ({ demo, simulator }) => {
    simulator.publish(
      { fromUserId: 'zoe', toUserId: 'bob', objectName: 'app:x', content: 'x' },
      { appKey: 'other' },
    );
    await demo.send('Alice', 'Hello');
    await demo.bubble('Bob', 'Hello').waitFor();
    expect(await demo.drawn(() => demo.page.getByText('zoe').count())).toBe(0);
  });

  it('the chip and the card copy what they show', async ({ visit }) => {
    const demo = await visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    const clipboard = () => demo.page.evaluate('navigator.clipboard.readText()');
    await demo.page.getByRole('button', { name: 'App-Key default' }).click();
    await demo.page.getByRole('button', { name: 'Copy the App-Key' }).click();
    await demo.page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await clipboard()).toBe('default');
    await demo.page.keyboard.press('Escape');
    await demo.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await demo.page.locator('#back-end').getByRole('button', { name: 'Copied' }).waitFor();
    expect(await clipboard()).toBe(await demo.page.locator('#back-end pre').textContent());
  });

  it('the chip changes the app', async ({ demo }) => {
    await demo.page.getByRole('button', { name: 'App-Key default' }).click();
    await demo.page.getByLabel('Change app').fill('another');
    await demo.page.keyboard.press('Enter');
    await demo.page.getByRole('button', { name: 'App-Key another' }).waitFor();
    await demo.everybodyOnline();
  });

  it('Run it here shows the answer, and beside it what really happened', async ({ demo }) => {
    await demo.switchOnline('Carol', false);
    await demo.page.getByRole('button', { name: 'Run it here' }).click();
    const outcome = demo.page.locator('.outcome');
    await outcome.getByText('{"code":200,"messageUIDs":[').waitFor();
    await outcome.getByText('Alice wrote → Bob ✓ · Carol ✗ offline, gone for good').waitFor();
    await demo.bubble('Bob', 'Hello from the server').waitFor();
  });

  it('B6 a refusal is shown as the service answers it', async ({ demo, simulator }) => {
    demo.expectComplaints(/429/);
    simulator.app().faults.set({ fault: 'refuse-publish', code: 1008 });
    await demo.page.getByRole('button', { name: 'Run it here' }).click();
    await demo.page.locator('.outcome').getByText('"code":1008').waitFor();
  });

  it('without a simulator it says that there is no answer', async ({ demo, simulator }) => {
    demo.expectComplaints(/WebSocket connection to|net::ERR_/);
    await simulator.close();
    await demo.page.getByRole('button', { name: 'Run it here' }).click();
    await demo.page.locator('.outcome').getByText('No answer').waitFor();
  });

  it.for([
    { name: 'curl', command: (code: string) => ['sh', '-c', code] },
    { name: 'Node', command: (code: string) => [process.execPath, '--input-type=module', '-e', code] },
    { name: 'Python', command: (code: string) => ['python3', '-c', code] },
  ])('the request in $name can be run as it stands', async ({ name, command }, { demo }) => {
    await demo.page.getByRole('button', { name, exact: true }).click();
    await demo.page.getByRole('button', { name, exact: true, pressed: true }).waitFor();
    const code = await demo.page.locator('#back-end pre code').textContent();
    const [file, ...args] = command(code!);
    const { stdout } = await run(file!, args);
    expect(stdout).toContain('"code":200');
    await demo.bubble('Bob', 'Hello from the server').waitFor();
  });

  it.for([
    { width: 1440, height: 900 },
    { width: 1024, height: 768 },
    { width: 390, height: 844 },
  ])('nothing of the request is cut: $width', async (viewport, { visit }) => {
    const demo = await visit({ viewport, query: '?scene=1&pace=0.1' });
    await demo.page.getByText('1/6').waitFor();
    const cut =
      "[...document.querySelectorAll('#back-end, #back-end pre')].map((box) => box.scrollHeight > box.clientHeight)";
    expect(await demo.drawn(() => demo.page.evaluate(cut))).toEqual([false, false]);
  });

  it('B1.6 its flags are those of the phones, too', async ({ demo }) => {
    await demo.page.getByLabel('isIncludeSender').check();
    expect(await demo.drawn(() => demo.page.locator('#back-end pre').textContent())).toContain(
      'isIncludeSender=1',
    );
    await demo.page.getByRole('button', { name: 'Run it here' }).click();
    await demo.bubble('Alice', 'Hello from the server').waitFor();
  });
});
