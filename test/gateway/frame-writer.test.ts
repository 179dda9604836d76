import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { MessageUIDs } from '../../server/core/status-message.ts';
import { FastWriter, fastWriter } from '../../server/gateway/fast-frames/fast-writer.ts';
import { type Frame, type OpenWriter, PlainWriter, plainWriter } from '../../server/gateway/plain-writer.ts';

const it = test
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads in it that no other fixture is needed
  .extend('server', async ({}, { onCleanup }) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true });
    onCleanup(() => void server.close());
    await once(server, 'listening');
    return server;
  })
  .extend('clients', async ({ server: _ }, { onCleanup }) => {
    const clients: WebSocket[] = [];
    onCleanup(() => {
      for (const client of clients) client.terminate();
    });
    return clients;
  })
  /** Opens a connection: a writer at one end, and all that has come out at the other when it is over. */
  .extend('open', ({ server, clients }) => async (openWriter: OpenWriter, perMessageDeflate = false) => {
    const opened = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>;
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate });
    clients.push(client);
    const frames: (string | Buffer)[] = [];
    client.on('message', (data: Buffer, isBinary) => frames.push(isBinary ? data : data.toString()));
    const closed = once(client, 'close');
    const [[ws, { socket }]] = await Promise.all([opened, once(client, 'open')]);
    const received = async () => {
      ws.close();
      await closed;
      return frames;
    };
    return { writer: openWriter(ws, socket), ws, socket, client, received };
  });

const recipients = [0, 7, 999];
const messageUIDs = new MessageUIDs('5GSBRPM1KP8H', 1000);
const textFrame = (text: string): Frame => ({ before: text, messageUIDs: undefined, after: '' });
const endOfTurn = () => new Promise(setImmediate);

describe.each([
  { name: 'plain', openWriter: plainWriter },
  { name: 'fast', openWriter: fastWriter },
])('the $name writer', ({ openWriter }) => {
  it.for([0, 1, 125, 126, 65_535, 65_536, 131_072])(
    'sends frames of %i bytes, of texts and of bytes',
    async (length, { open }) => {
      const { writer, received } = await open(openWriter);
      const text = 'x'.repeat(length);
      const bytes = Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
      writer.send(textFrame(text), 0);
      writer.send({ before: bytes, messageUIDs: undefined, after: '' }, 0);
      writer.send(textFrame('end'), 0);
      await endOfTurn();
      const [first, second, third] = await received();
      expect([first === text, bytes.equals(second as Buffer), third]).toEqual([true, true, 'end']);
    },
  );

  it('gives each recipient an own messageUID, between what is the same for all', async ({ open }) => {
    const frames: Frame[] = [
      { before: '<猫', messageUIDs, after: '😀>' },
      { before: Buffer.from('<'), messageUIDs, after: Buffer.from('>') },
    ];
    const connections = [];
    for (const recipientIndex of recipients) {
      const connection = await open(openWriter);
      for (const frame of frames) connection.writer.send(frame, recipientIndex);
      connections.push(connection);
    }
    await endOfTurn();
    const lists = await Promise.all(connections.map(({ received }) => received()));
    expect(lists).toEqual(
      recipients.map((index) => {
        const uid = messageUIDs.of(index);
        return [`<猫${uid}😀>`, Buffer.from(`<${uid}>`)];
      }),
    );
  });

  it('writes at the end of the turn, and counts until then what waits', async ({ open }) => {
    const { writer, socket, received } = await open(openWriter);
    const before = socket.bytesWritten;
    writer.send(textFrame('x'.repeat(1000)), 0);
    expect(writer.unsentBytes).toBeGreaterThanOrEqual(1000);
    expect([socket.bytesWritten, socket.writableLength]).toEqual([before, 0]);
    await endOfTurn();
    expect(writer.unsentBytes).toBe(0);
    expect(await received()).toHaveLength(1);
  });

  it('sends what waits before what `ws` is given, when it is flushed', async ({ open }) => {
    const { writer, ws, received } = await open(openWriter);
    for (const text of ['1', '2']) writer.send(textFrame(text), 0);
    writer.flush();
    ws.send('3');
    writer.send(textFrame('4'), 0);
    writer.flush();
    writer.flush();
    expect(await received()).toEqual(['1', '2', '3', '4']);
  });

  it('loses what waits when it is to discard that, and nothing else', async ({ open }) => {
    const { writer, received } = await open(openWriter);
    writer.send(textFrame('1'), 0);
    writer.flush();
    writer.send(textFrame('2'), 0);
    writer.discard();
    expect(writer.unsentBytes).toBe(0);
    writer.send(textFrame('3'), 0);
    await endOfTurn();
    expect(await received()).toEqual(['1', '3']);
  });

  it('waits while the socket is corked, and counts what waits', async ({ open }) => {
    const { writer, socket, received } = await open(openWriter);
    socket.cork();
    writer.send(textFrame('1'.repeat(100)), 0);
    await endOfTurn();
    expect(writer.unsentBytes).toBeGreaterThanOrEqual(100);
    socket.uncork();
    expect(writer.unsentBytes).toBe(0);
    expect(await received()).toHaveLength(1);
  });

  it('counts what a client that does not read leaves unsent, and sends it in the end', async ({ open }) => {
    const { writer, client, received } = await open(openWriter);
    client.pause();
    const sent: string[] = [];
    while (writer.unsentBytes < 2 ** 20) {
      const text = `${sent.length} `.padEnd(100_000);
      writer.send(textFrame(text), 0);
      sent.push(text);
      await endOfTurn();
    }
    client.resume();
    const frames = await received();
    expect(frames.length).toBe(sent.length);
    expect(frames.every((frame, index) => frame === sent[index])).toBe(true);
  });
});

it('the fast writer leaves a connection with extensions to the plain one', async ({ open }) => {
  const compressed = await open(fastWriter, true);
  expect(compressed.writer).toBeInstanceOf(PlainWriter);
  const bare = await open(fastWriter);
  expect(bare.writer).toBeInstanceOf(FastWriter);
});

it('the fast writer leaves a socket without a descriptor to the plain one', async ({ open }) => {
  const { socket } = await open((ws, socket) => {
    const inside = socket as unknown as { _handle: unknown };
    const handle = inside._handle;
    inside._handle = null;
    const writer = fastWriter(ws, socket);
    inside._handle = handle;
    expect(writer).toBeInstanceOf(PlainWriter);
    return writer;
  });
  expect(socket.writable).toBe(true);
});
