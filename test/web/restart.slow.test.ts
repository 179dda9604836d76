import { describe, expect } from 'vitest';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { type SimulatorOptions, startSimulator } from '../../server/index.ts';
import { freePort } from '../bench/free-port.ts';
import { it as base, withoutBrowser } from './demo.ts';

/** Ends the simulator of the page, and starts another one at its address. */
const it = base
  .extend('options', async (): Promise<SimulatorOptions> => ({ page: demoPage(), port: await freePort() }))
  .extend('restart', ({ options, simulator, demo }, { onCleanup }) => async (whileGone = async () => {}) => {
    demo.expectComplaints(/WebSocket connection to|net::ERR_/);
    await simulator.close();
    await demo.page.getByText('The simulator does not answer.').waitFor();
    await whileGone();
    const next = await startSimulator(options);
    onCleanup(() => next.close());
    await demo.everybodyOnline();
    await demo.page.getByText('The simulator does not answer.').waitFor({ state: 'detached' });
  });

describe.skipIf(withoutBrowser)('when the simulator is started again', { timeout: 90_000 }, () => {
  it('without it every header is grey and says so, and what is sent is not', async ({ restart, demo }) => {
    await restart(async () => {
      await demo.page.locator('.phone[data-standing=gone]').nth(2).waitFor();
      expect(await demo.drawn(() => demo.page.getByText('no simulator', { exact: true }).count())).toBe(3);
      await demo.send('Alice', 'Hello');
      await demo.device('Alice').locator('.failed').getByText('not sent: offline').waitFor();
    });
  });

  it('the phones and the timeline come back by themselves', async ({ restart, demo }) => {
    await restart();
    await demo.send('Alice', 'Hello again');
    await demo.bubble('Bob', 'Hello again').waitFor();
    await demo.result.getByText('Alice wrote → Bob ✓ · Carol ✓').waitFor();
    await (await demo.rows()).getByText('the simulator is gone').waitFor();
  });

  it('it learns again who blocks whom', async ({ restart, demo }) => {
    await demo.page.getByLabel('verifyBlacklist').check();
    await demo.check('Bob', 'Blocks', 'Alice');
    await (await demo.rows()).getByText('Bob blocks Alice').waitFor();
    const told = demo.page.waitForResponse('**/user/blacklist/add.json');
    await restart();
    await told; // the devices come back by themselves, maybe sooner
    await demo.send('Alice', 'Hello again');
    await demo.result.getByText('Bob ✗ blocks the sender').waitFor();
    expect(await demo.drawn(() => demo.bubbles('Bob'))).toEqual([]);
  });
});
