import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectClient } from '../../client-sim/index.ts';
import { startSimulator } from '../../server/index.ts';
import type { ClientFrame, PublishFrame } from '../../server/protocol/frames.ts';
import { LocalNetwork } from '../fixtures/local-network.ts';
import { RawSession } from '../fixtures/raw-session.ts';

const times = { clusterDeadlineMs: 10_000, clusterSilenceMs: 60_000 };

const it = test
  .extend('nodeCount', 1)
  /** Where alice and bob connect: the addresses of two nodes, or twice that of the only one. */
  .extend('addresses', async ({ nodeCount }, { onCleanup }) => {
    const network = new LocalNetwork();
    const start = () =>
      nodeCount === 1 ? startSimulator() : startSimulator({ ...times, cluster: network.broker() });
    const nodes = [await start()];
    if (nodeCount > 1) nodes.push(await start());
    onCleanup(async () => void (await Promise.all(nodes.map((node) => node.close()))));
    return [nodes[0]!.wsUrl, nodes.at(-1)!.wsUrl] as const;
  })
  .extend('bob', ({ addresses: [, address] }) => connectClient(address, { userId: 'bob' }))
  /** Alice's session, and what sends several of her frames with one write. */
  .extend('alice', async ({ addresses: [address], bob: _ }, { onCleanup }) => {
    const session = new RawSession(new WebSocket(`${address}?userId=alice`));
    onCleanup(() => session.socket.terminate());
    const [{ socket }] = (await once(session.socket, 'upgrade')) as [IncomingMessage & { socket: Socket }];
    await session.next();
    const sendTogether = (frames: ClientFrame[], close = false) => {
      socket.cork();
      for (const frame of frames) session.send(frame);
      if (close) session.socket.close();
      socket.uncork();
    };
    return { session, sendTogether };
  });

const five = ['1', '2', '3', '4', '5'];
const publish = (content: string): PublishFrame => {
  return { type: 'publish', id: content, toUserId: ['bob'], objectName: 'app:mood', content };
};

test.describe.each([1, 2])('on %i nodes', (nodeCount) => {
  it.override('nodeCount', nodeCount);

  it('B9.1 publishes that come together with a close are all carried out', async ({ alice, bob }) => {
    alice.sendTogether(five.map(publish), true);
    await alice.session.closed;
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(five);
  });

  it('B9.1 publishes behind a frame that takes its time, too', async ({ alice, bob }) => {
    alice.sendTogether([{ type: 'subscribe', userIds: ['bob'] }, ...five.map(publish)], true);
    await alice.session.closed;
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(five);
  });

  it('B5.12 the answers come in the order of the frames', async ({ alice }) => {
    alice.sendTogether([
      publish('1'),
      { type: 'sync', id: '2' },
      { ...publish('3'), toUserId: [] },
      { type: 'subscribe', userIds: ['bob'] },
      publish('4'),
    ]);
    const answers = (await alice.session.settle()).map((frame) => {
      return 'id' in frame ? `${frame.type} ${frame.id}` : frame.type;
    });
    expect(answers).toEqual(['published 1', 'synced 2', 'error 3', 'presence', 'published 4']);
  });
});
