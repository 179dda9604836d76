import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { AppClock } from '../../server/clock/app-clock.ts';
import { signedPost } from '../../server/webhook/webhook.ts';
import { whileCollecting } from '../fixtures/garbage.ts';

const clock = new AppClock({ before: async () => {}, after: async () => {} });
const signer = { key: 'app', secret: 'secret', clock };

/** The address of a receiver that takes requests and answers none, and its first request. */
async function hungReceiver() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requested: once(server, 'request'),
  };
}

it('B8.4 a receiver that hangs is given up, whatever the garbage collection does', async () => {
  const { url } = await hungReceiver();
  const post = signedPost(url, signer, 200);
  expect(await whileCollecting(post([], new AbortController().signal))).toBe(false);
});

it('B8.5 a receiver that hangs is given up at the close, whatever the garbage collection does', async () => {
  const { url, requested } = await hungReceiver();
  const closing = new AbortController();
  const posted = signedPost(url, signer)([], closing.signal);
  await whileCollecting(requested);
  closing.abort();
  expect(await whileCollecting(posted)).toBe(false);
});
