import { describe } from 'vitest';
import { demoPage } from '../../client-sim/cli/demo-page.ts';
import type { SimulatorOptions } from '../../server/index.ts';
import { Receiver } from '../webhook/receiver.ts';
import { it as base, withoutBrowser } from './demo.ts';

const it = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern
  .extend('receiver', async ({}, { onCleanup }) => {
    const receiver = await Receiver.start('');
    onCleanup(() => receiver.close());
    return receiver;
  })
  .override('options', ({ receiver }): SimulatorOptions => {
    return { page: demoPage(), webhooks: [{ url: receiver.url }] };
  });

describe.skipIf(withoutBrowser)('with a webhook', { timeout: 90_000 }, () => {
  it('B8.1 its calls are marks in the lanes of whom they tell of, and rows', async ({ demo }) => {
    await demo.page.locator('.plot .told[d^=M]').waitFor({ state: 'attached' });
    await demo.switchOnline('Carol', false);
    await (await demo.rows())
      .getByText(/^webhook: \d+ posted$/)
      .first()
      .waitFor();
  });
});
