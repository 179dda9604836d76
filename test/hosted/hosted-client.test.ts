import { expect, it } from 'vitest';
import { HostedClient } from '../../server/hosted/hosted-client.ts';
import { connected, listen, type Peer } from '../client-sim/scripted-server.ts';

/** A client and the other end of its connection, which does what it is told. */
async function openClient() {
  let peer: Peer | undefined;
  const address = await listen((arrived) => {
    peer = arrived;
    peer.send(connected);
  });
  const client = new HostedClient('7', 'ann', new URL(address), { inboxFrames: 100, inboxBytes: 100_000 });
  await client.opened;
  return { client, peer: peer! };
}

it('B6 a settle without an answer names the client, its user and the time', async () => {
  const { client, peer } = await openClient();
  peer.answersSync = false;
  await expect(client.settle(1)).rejects.toMatchObject({
    code: 1050,
    message: 'The client "7" of "ann" got no answer within 1 ms.',
  });
});

it('B6 a settle is over when the session ends: nothing more can come', async () => {
  const { client, peer } = await openClient();
  peer.answersSync = false;
  const settled = client.settle();
  peer.socket.close(4010);
  await expect(settled).resolves.toBeUndefined();
});

it('B6 a settle is over when the session has ended long ago', async () => {
  const { client, peer } = await openClient();
  peer.socket.close(4010);
  await client.inbox.waitFor({}, new AbortController().signal); // until no frame can come
  await expect(client.settle()).resolves.toBeUndefined();
});

it('B6 a publish whose session ends without an answer says so', async () => {
  const { client, peer } = await openClient();
  peer.onPublish = () => peer.socket.close(4011);
  await expect(client.publish({})).rejects.toThrow(
    'The client "7" of "ann" is offline: its session ended with 4011.',
  );
});

it('B6 answers find their questions, in any order', async () => {
  const { client, peer } = await openClient();
  peer.onPublish = ({ id, toUserId }) => {
    // The first waits for the second.
    const [first] = peer.frames;
    if (first?.type !== 'publish' || first.id === id) return;
    peer.send({ type: 'published', id, messageUIDs: [{ userId: `${toUserId}`, messageUID: 'second' }] });
    peer.send({
      type: 'published',
      id: first.id,
      messageUIDs: [{ userId: `${first.toUserId}`, messageUID: 'first' }],
    });
  };
  const published = Promise.all([client.publish({ toUserId: 'bob' }), client.publish({ toUserId: 'carol' })]);
  await expect(published).resolves.toEqual([
    [{ userId: 'bob', messageUID: 'first' }],
    [{ userId: 'carol', messageUID: 'second' }],
  ]);
});

it('B6 a publish cannot be told to be another frame', async () => {
  const { client, peer } = await openClient();
  peer.onPublish = ({ id }) => peer.send({ type: 'published', id, messageUIDs: [] });
  await client.publish({ type: 'sync', id: 'mine' });
  expect(peer.frames).toEqual([{ type: 'publish', id: '1' }]);
});

it('B6 a client that is closed twice is closed', async () => {
  const { client } = await openClient();
  await client.close();
  await expect(client.close()).resolves.toBeUndefined();
});

it('B6 a client that goes closes with 1000', async () => {
  const { client, peer } = await openClient();
  const closed = new Promise((resolve) => peer.socket.once('close', resolve));
  await client.close();
  await expect(closed).resolves.toBe(1000);
});
