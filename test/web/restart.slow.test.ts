import { describe, expect } from 'vitest';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import { startSimulator } from '../../server/index.ts';
import { it as base, withoutBrowser } from './demo.ts';

/** Ends the simulator of the page, and starts another one at its address. */
const it = base.extend(
  'restart',
  ({ simulator, demo }, { onCleanup }) =>
    async (whileGone = async () => {}) => {
      demo.expectComplaints(/WebSocket connection to|net::ERR_/);
      await simulator.close();
      await demo.page.getByText('The simulator does not answer.').waitFor();
      await whileGone();
      const next = await startSimulator({ port: Number(new URL(simulator.url).port), page: demoPage() });
      onCleanup(() => next.close());
      await demo.everybodyOnline();
      await demo.page.getByText('The simulator does not answer.').waitFor({ state: 'hidden' });
    },
);

describe.skipIf(withoutBrowser)('when the simulator is started again', () => {
  it('the page says that it is gone', async ({ restart, demo }) => {
    await restart(() => demo.device('Alice').getByText('connecting …').waitFor());
  });

  it('the phones come back by themselves', async ({ restart, demo }) => {
    await restart();
    await demo.send('Alice', 'Hello again');
    await demo.bubble('Bob', 'Hello again').waitFor();
  });

  it('the trace comes back, too', async ({ restart, demo }) => {
    await restart();
    await demo.send('Alice', 'Hello again');
    await demo.outcome('Bob delivered to 1 session').waitFor();
  });

  it('it learns again who blocks whom', async ({ restart, demo }) => {
    await demo.page.getByLabel('verifyBlacklist').check();
    await demo.block('Bob', 'Alice');
    await restart();
    await demo.send('Alice', 'Hello again');
    await demo.outcome('Bob dropped: blocked').waitFor();
    expect(await demo.bubbles('Bob')).toEqual([]);
  });
});
