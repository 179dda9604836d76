import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, vi } from 'vitest';
import { Inbox } from '../../client-sim/inbox.ts';
import { Faults } from '../../server/faults/faults.ts';
import { it as base } from '../fixtures/simulator.ts';

const it = base
  .extend('open', ({ simulator }) => () => {
    const { hostname, port } = new URL(simulator.url);
    return connectSocket(Number(port), hostname);
  })
  /** The head of a request that waits until simulated client Bob gets something. */
  .extend('look', async ({ appKey, postJson }) => {
    const { body } = await postJson('/sim/clients', { userId: 'bob' });
    const { id } = body as unknown as { id: string };
    return `GET /sim/clients/${id}/inbox?waitMs=60000&appKey=${appKey}`;
  })
  /** What the server has not read by now, though it had time, it does not read. */
  .extend('giveTime', ({ send }) => async () => {
    for (let times = 0; times < 50; times++) await send('/healthz', { method: 'GET' });
  });

/** Requests of about a kilobyte, but for the last. */
const pipelined = (times: number, head: string, body = '') => {
  const length = body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  const padded = `${head} HTTP/1.1\r\nHost: localhost\r\nX-Padding: ${'x'.repeat(900)}\r\n${length}\r\n${body}`;
  return `${padded.repeat(times)}GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
};

const oks = (answers: string) => answers.match(/HTTP\/1\.1 200 OK/g)?.length;

it('B4.6 of ten thousand requests of one connection that wait, few are read before those are answered', async ({
  look,
  publish,
  open,
  giveTime,
}) => {
  const looks = vi.spyOn(Inbox.prototype, 'look');
  const socket = open();
  socket.write(pipelined(10_000, look));
  await giveTime();
  expect(looks.mock.calls.length).toBeLessThan(64 + 200);
  await publish({ toUserId: 'bob' });
  expect(oks(await text(socket))).toBe(10_001);
});

it('B4.6 of requests with large bodies that wait even fewer are read', async ({
  simulator,
  appKey,
  open,
  giveTime,
}) => {
  const { faults } = simulator.app(appKey);
  faults.set({ fault: 'hold-publish', userId: 'alice' });
  const hold = vi.spyOn(Faults.prototype, 'hold');
  const fields = { fromUserId: 'alice', toUserId: 'bob', objectName: 'a:b', content: 'x'.repeat(100_000) };
  const socket = open();
  socket.write(pipelined(60, `POST /sim/publish?appKey=${appKey}`, JSON.stringify(fields)));
  await giveTime();
  expect(hold.mock.calls.length).toBeLessThan(30);
  faults.remove();
  expect(oks(await text(socket))).toBe(61);
});

it('B4.6 an upgrade behind many requests that wait is answered, too', async ({
  look,
  publish,
  open,
  giveTime,
}) => {
  const wait = `${look} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const wish = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
  const socket = open();
  socket.write(wait.repeat(100) + wish + pipelined(100, 'GET /healthz'));
  await giveTime();
  await publish({ toUserId: 'bob' });
  expect(oks(await text(socket))).toBe(202);
});

it('B6.4 what waits behind another request is no longer waited for when the caller has gone', async ({
  look,
  open,
}) => {
  const { look: original } = Inbox.prototype;
  const found: ReturnType<typeof original>[] = [];
  const begun = new Promise<void>((resolve) => {
    vi.spyOn(Inbox.prototype, 'look').mockImplementation(function (this: Inbox, ...wanted) {
      if (found.push(original.apply(this, wanted)) === 3) resolve();
      return found.at(-1)!;
    });
  });
  const socket = open();
  socket.write(pipelined(3, look));
  await begun;
  socket.destroy();
  await once(socket, 'close');
  expect(await Promise.all(found)).toEqual([[], [], []]);
});
