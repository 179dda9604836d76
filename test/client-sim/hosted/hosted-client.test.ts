import { expect, it } from 'vitest';
import { PublishLog } from '../../../client-sim/claims/publish-log.ts';
import { HostedClient } from '../../../client-sim/hosted/hosted-client.ts';
import { openSession, statusFrame } from '../scripted-server.ts';

const history = { publishes: new PublishLog('app'), hintsAbout: () => [] };

/** A client and the other end of its connection, which does what it is told. */
async function openClient() {
  const { client, peer } = await openSession();
  return { client: new HostedClient('7', client, history), peer, closed: client.closed };
}

it('B6.4 a settle without an answer names the client, its user and the time', async () => {
  const { client, peer } = await openClient();
  peer.answersSync = false;
  await expect(client.settle(1)).rejects.toMatchObject({
    code: 1050,
    message: 'The client "7" of "ann" got no answer within 1 ms.',
  });
});

it('B6.4 a settle is over when the session ends: nothing more can come', async () => {
  const { client, peer } = await openClient();
  peer.answersSync = false;
  const settled = client.settle();
  peer.socket.close(4010);
  await expect(settled).resolves.toBeUndefined();
});

it('B6.4 a settle is over when the session has ended long ago', async () => {
  const { client, peer, closed } = await openClient();
  peer.socket.close(4010);
  await closed;
  await expect(client.settle()).resolves.toBeUndefined();
});

it('B6.4 a publish whose session ends without an answer says so', async () => {
  const { client, peer } = await openClient();
  peer.onPublish = () => peer.socket.close(4011);
  await expect(client.publish({})).rejects.toThrow(
    'The client "7" of "ann" is offline: its session ended with 4011.',
  );
});

it('B6.4 a refused publish is refused with the same code', async () => {
  const { client, peer } = await openClient();
  peer.onPublish = ({ id }) => peer.send({ type: 'error', id, code: 1008, errorMessage: 'Too fast.' });
  await expect(client.publish({})).rejects.toMatchObject({ code: 1008, status: 429, message: 'Too fast.' });
});

it('B6.4 looking shows what is kept, how much was not, and how the session ended', async () => {
  const { client, peer, closed } = await openClient();
  peer.send(statusFrame());
  peer.socket.close(4010, 'kicked');
  await closed;
  expect(
    await client.look({}, { waitMs: 0, signal: new AbortController().signal, hindrance: undefined }),
  ).toEqual({
    frames: [statusFrame()],
    discarded: 0,
    open: false,
    closing: { code: 4010, reason: 'kicked' },
  });
});
